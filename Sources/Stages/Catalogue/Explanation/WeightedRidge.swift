/// Weighted linear least squares with an unpenalised intercept and an L2 penalty on coefficients.
///
/// Solved as in scikit-learn's `Ridge`: features and targets are centred on their weighted means,
/// then the normal equations are solved by Cholesky factorisation.
struct WeightedRidge: Sendable {
  /// The coefficient of each feature.
  let coefficients: [Double]
  /// The prediction where every feature is 0.
  let intercept: Double

  /// Fits features (samples x features, row-major) to targets.
  ///
  /// Samples of weight 0 have no influence.
  ///
  /// - Precondition: `penalty` is positive, the weights are not negative and not all zero.
  init(
    features: [Double], count: Int, targets: [Double], weights: [Double], penalty: Double
  ) {
    precondition(features.count == targets.count * count && weights.count == targets.count)
    precondition(penalty > 0, "without a penalty the equations may have no solution")
    let total = weights.reduce(0, +)
    var means = [Double](repeating: 0, count: count)
    var target = 0.0
    for sample in targets.indices {
      let share = weights[sample] / total
      target += share * targets[sample]
      for feature in 0..<count { means[feature] += share * features[sample * count + feature] }
    }
    // The lower triangle of X'WX + penalty I, and X'Wy, on centred values.
    var matrix = [Double](repeating: 0, count: count * count)
    var solution = [Double](repeating: 0, count: count)
    var centred = [Double](repeating: 0, count: count)
    for sample in targets.indices {
      for feature in 0..<count {
        centred[feature] = features[sample * count + feature] - means[feature]
      }
      for row in 0..<count {
        let weighted = weights[sample] * centred[row]
        solution[row] += weighted * (targets[sample] - target)
        for column in 0...row { matrix[row * count + column] += weighted * centred[column] }
      }
    }
    for feature in 0..<count { matrix[feature * count + feature] += penalty }
    Cholesky.solve(&matrix, &solution)
    coefficients = solution
    intercept = target - zip(means, solution).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The prediction for one row of features (samples x features, row-major).
  func prediction(_ features: [Double], at sample: Int) -> Double {
    coefficients.indices.reduce(intercept) {
      $0 + coefficients[$1] * features[sample * coefficients.count + $1]
    }
  }

  /// The weighted coefficient of determination of predictions, at most 1; `nil` if all targets are
  /// equal, where there is nothing to predict.
  static func determination(
    of targets: [Double], by predictions: [Double], weights: [Double]
  ) -> Double? {
    guard let first = targets.first, targets.contains(where: { $0 != first }) else { return nil }
    let total = weights.reduce(0, +)
    let mean = targets.indices.reduce(0) { $0 + weights[$1] / total * targets[$1] }
    var (residual, variation) = (0.0, 0.0)
    for (sample, target) in targets.enumerated() {
      let (error, deviation) = (target - predictions[sample], target - mean)
      residual += weights[sample] * error * error
      variation += weights[sample] * deviation * deviation
    }
    return 1 - residual / variation
  }
}
