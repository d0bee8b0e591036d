#if Classifiers
  /// A random forest by XGBoost: one boosting round of many trees, whose mean is the margin.
  ///
  /// Each tree sees 80 % of the rows, drawn without replacement, and each of its splits looks at
  /// the square root of the number of features. Leaves are one Newton step from equal
  /// probabilities, with the learning rate 1, so margins are bounded and probabilities are less
  /// extreme than shares of votes.
  struct RandomForest {
    private let settings: ClassifierSettings
    private let classes: Int
    private let seed: UInt64

    init(_ settings: ClassifierSettings, classes: Int, seed: UInt64) {
      self.settings = settings
      self.classes = classes
      self.seed = seed
    }

    func fit(
      _ train: FeatureTable, _ progress: (Int, Int) -> Void
    ) throws(ClassifierError) -> TreeEnsemble {
      let table = try BoosterTable(train)
      let booster = try Booster(parameters(width: train.width), table)
      try booster.update(round: 0, table)
      progress(1, 1)
      return try TreeEnsemble(booster.json())
    }

    private func parameters(width: Int) -> [(name: String, value: String)] {
      let width = Double(width)
      return TreeParameters.common(settings, classes: classes, seed: seed) + [
        ("eta", "1"), ("num_parallel_tree", "\(settings.trees)"), ("subsample", "0.8"),
        ("colsample_bynode", "\(width.squareRoot().rounded() / width)"),
      ]
    }
  }
#endif
