/// How a classifier is fitted to features.
public enum ClassifierMethod: String, Sendable, CaseIterable {
  /// Gradient boosting of trees, by XGBoost.
  case xgboost
  /// A random forest, by XGBoost.
  case randomForest = "random-forest"
  /// A support vector machine, by libsvm.
  case svm
  /// Logistic regression, one class against the rest, by liblinear.
  case logistic
  /// The classes of the nearest training rows.
  case kNearest = "k-nearest"
}

/// The kernel of a support vector machine.
public enum SVMKernel: String, Sendable, CaseIterable {
  /// exp(-gamma x squared distance).
  case rbf
  /// The scalar product.
  case linear
}

/// The settings of all methods; each method reads its own.
public struct ClassifierSettings: Sendable, Hashable {
  /// The method.
  public var method = ClassifierMethod.xgboost
  /// xgboost: the largest number of boosting rounds; random-forest: the number of trees per class.
  public var trees = 200
  /// xgboost: the learning rate, in (0, 1].
  public var eta = 0.1
  /// xgboost, random-forest: L2 regularisation of leaf values.
  public var lambda = 1.0
  /// xgboost, random-forest: the largest depth of a tree.
  public var depth = 6
  /// xgboost: the share of rows that each tree sees, in (0, 1]; a random forest always has 0.8.
  public var subsample = 1.0
  /// xgboost, random-forest: the share of features that each tree sees, in (0, 1].
  public var columns = 1.0
  /// xgboost, random-forest: the smallest sum of second derivatives in a leaf.
  public var minimumChildWeight = 1.0
  /// xgboost: the number of rounds without a lower validation loss before training stops.
  ///
  /// The round with the lowest loss is kept. nil: all rounds run and all trees are kept.
  public var patience: Int? = 20
  /// svm: the kernel.
  public var kernel = SVMKernel.rbf
  /// svm, logistic: the inverse of the regularisation.
  public var c = 1.0
  /// svm: the width of the RBF kernel; nil: 1 / (features x variance), scikit-learn's "scale".
  public var gamma: Double? = nil
  /// k-nearest: the number of neighbours that vote.
  public var neighbours = 5

  /// Creates the default settings.
  public init() {}

  /// Throws if a setting of the method is outside its range.
  func check() throws(ClassifierError) {
    func demand(_ name: String, _ holds: Bool, _ range: String) throws(ClassifierError) {
      guard holds else { throw ClassifierError("\(name) must be \(range)") }
    }
    func share(_ name: String, _ value: Double) throws(ClassifierError) {
      try demand(name, value > 0 && value <= 1, "in (0, 1]")
    }
    switch method {
    case .xgboost, .randomForest:
      try demand("trees", (1...100_000).contains(trees), "in 1...100000")
      try share("eta", eta)
      try demand("lambda", lambda >= 0 && lambda.isFinite, "0 or more")
      try demand("depth", (1...64).contains(depth), "in 1...64")
      try share("subsample", subsample)
      try share("columns", columns)
      try demand(
        "minimumChildWeight", minimumChildWeight >= 0 && minimumChildWeight.isFinite, "0 or more")
      try demand("patience", (patience ?? 1) >= 1, "1 or more")
    case .svm, .logistic:
      try demand("c", c > 0 && c.isFinite, "more than 0")
      let gamma = gamma ?? 1
      try demand("gamma", gamma > 0 && gamma.isFinite, "more than 0")
    case .kNearest:
      try demand("neighbours", neighbours >= 1, "1 or more")
    }
  }
}
