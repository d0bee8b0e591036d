internal import Classifiers
internal import PipelineDSL

/// How the cost of a classifier grows with its training rows, its inputs and what it predicts.
struct ClassifierWork {
  let settings: ClassifierSettings
  /// The number of training rows.
  let rows: Double
  /// The number of inputs.
  let width: Double
  /// The number of rows that are predicted.
  let predicted: Double

  /// The operations, of 10^9, up to a factor that depends on the method only.
  ///
  /// Boosting and the optimisers may stop earlier.
  var units: Double {
    let (trees, depth) = (Double(settings.trees), Double(settings.depth))
    let operations =
      switch settings.method {
      case .xgboost:
        trees * depth * rows * settings.subsample * width * settings.columns
      case .randomForest:
        trees * depth * rows * (width * settings.columns).squareRoot()
      // A kernel for each pair of training rows, and for each row and support vector.
      case .svm: rows * width * (rows + predicted)
      case .logistic: rows * width
      case .kNearest: rows * width * predicted
      }
    return operations / 1e9
  }

  /// The bytes of the rows, and of the kernels of a support vector machine.
  var memory: Double {
    let table = 4 * rows * width
    return settings.method == .svm ? table + 16 * rows * rows : table
  }
}
