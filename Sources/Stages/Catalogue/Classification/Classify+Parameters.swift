internal import Classifiers
internal import PipelineDSL

extension Classify {
  /// How features are scaled before they are classified.
  enum Scale: String, ParameterChoice {
    /// Standard for svm, logistic and k-nearest; none for trees, which scaling does not change.
    case automatic
    /// Features as they are.
    case none
    /// Mean 0 and variance 1 of each feature over the training set.
    case standard
  }

  struct Parameters: StageParameters {
    /// The settings passed on to the method.
    var settings = ClassifierSettings()
    var scale = Scale.automatic
    var components: Int?

    static let fields: [ParameterField<Self>] = [
      .init(
        "method", \.settings.method,
        "classifier: xgboost (boosted trees), random-forest, svm (support vector machine), logistic "
          + "(regression) or k-nearest (neighbours)"),
      .init(
        "scale", \.scale,
        "scaling of each feature by the training set: none, standard (mean 0, variance 1) or "
          + "automatic, which is standard for svm, logistic and k-nearest"),
      .init(
        "components", \.components, in: 1...65_536,
        "number of principal components of the training set that replace the features, after "
          + "scaling; null for none"),
      .init(
        "trees", \.settings.trees, in: 1...100_000,
        "xgboost: maximum number of boosting rounds, one tree per class each; random-forest: number "
          + "of trees per class"),
      .init(
        "eta", \.settings.eta, in: 1e-6...1, "xgboost: learning rate, the factor of each tree"),
      .init(
        "lambda", \.settings.lambda, in: 0...1e6,
        "xgboost and random-forest: L2 regularisation of leaf values"),
      .init(
        "depth", \.settings.depth, in: 1...64, "xgboost and random-forest: maximum depth of a tree"),
      .init(
        "subsample", \.settings.subsample, in: 0.001...1,
        "xgboost: share of the training set drawn for each tree; random-forest always draws 0.8"),
      .init(
        "columns", \.settings.columns, in: 0.001...1,
        "xgboost and random-forest: share of the features drawn for each tree"),
      .init(
        "minimum-child-weight", \.settings.minimumChildWeight, in: 0...1e6,
        "xgboost and random-forest: smallest sum of second derivatives in a leaf"),
      .init(
        "patience", \.settings.patience, in: 1...100_000,
        "xgboost: rounds without a lower validation loss before it stops; the best round is kept; "
          + "null to keep all rounds"),
      .init("kernel", \.settings.kernel, "svm: kernel, rbf (Gaussian) or linear"),
      .init(
        "c", \.settings.c, in: 1e-6...1e9,
        "svm and logistic: inverse of the regularisation; larger values fit the training set closer"
      ),
      .init(
        "gamma", \.settings.gamma, in: 1e-12...1e6,
        "svm with rbf: factor of squared distances; null for 1 / (features x their variance)"),
      .init(
        "neighbours", \.settings.neighbours, in: 1...10_000,
        "k-nearest: number of neighbours"),
    ]

    private static let trees = [ClassifierMethod.xgboost, .randomForest]

    /// The methods that use a parameter; a parameter that is not listed is used by all.
    static let users: [(name: String, methods: [ClassifierMethod])] = [
      ("trees", trees), ("eta", [.xgboost]), ("lambda", trees), ("depth", trees),
      ("subsample", [.xgboost]), ("columns", trees), ("minimum-child-weight", trees),
      ("patience", [.xgboost]), ("kernel", [.svm]), ("c", [.svm, .logistic]), ("gamma", [.svm]),
      ("neighbours", [.kNearest]),
    ]

    func conflicts() -> [String] {
      let (values, defaults) = (values, Self().values)
      var conflicts: [String] = []
      for (name, methods) in Self.users {
        guard values[name] != defaults[name], !methods.contains(settings.method) else { continue }
        let names = methods.map(\.rawValue).joined(separator: " and ")
        conflicts.append("'\(name)' is for \(names), and 'method' is \(settings.method.rawValue)")
      }
      if settings.method == .svm, settings.kernel != .rbf, settings.gamma != nil {
        conflicts.append(
          "'gamma' is for the rbf kernel, and 'kernel' is \(settings.kernel.rawValue)")
      }
      return conflicts
    }

    /// How features are transformed before they are classified.
    var preparation: FittedClassifier.Preparation {
      .init(
        standardise: scale.isStandard(for: settings.method), components: components)
    }
  }
}

extension Classify.Scale {
  /// Whether features are standardised for a method.
  func isStandard(for method: ClassifierMethod) -> Bool {
    switch (self, method) {
    case (.standard, _), (.automatic, .svm), (.automatic, .logistic), (.automatic, .kNearest): true
    case (.none, _), (.automatic, .xgboost), (.automatic, .randomForest): false
    }
  }
}
