#if Classifiers
  internal import Foundation

  /// Gradient boosting of trees by XGBoost.
  struct GradientBoosting {
    private let settings: ClassifierSettings
    private let classes: Int
    private let parameters: [(name: String, value: String)]

    init(_ settings: ClassifierSettings, classes: Int, seed: UInt64) {
      self.settings = settings
      self.classes = classes
      parameters =
        TreeParameters.common(settings, classes: classes, seed: seed) + [
          ("eta", "\(settings.eta)"), ("subsample", "\(settings.subsample)"),
        ]
    }

    /// Adds rounds; with validation rows and patience, stops early and keeps the best round.
    func fit(
      _ train: FeatureTable, _ validation: FeatureTable?, _ progress: (Int, Int) -> Void
    ) throws(ClassifierError) -> TreeEnsemble {
      let table = try BoosterTable(train)
      let booster = try Booster(parameters, table)
      guard let patience = settings.patience, let validation else {
        for round in 0..<settings.trees {
          try booster.update(round: round, table)
          progress(round + 1, settings.trees)
        }
        return try TreeEnsemble(booster.json())
      }
      let unseen = try BoosterTable(validation)
      var best = (round: 0, loss: Double.infinity)
      for round in 0..<settings.trees {
        try booster.update(round: round, table)
        let loss = Self.loss(try booster.margins(unseen), unseen.labels, classes: classes)
        if loss < best.loss { best = (round, loss) }
        progress(round + 1, settings.trees)
        if round - best.round >= patience { break }
      }
      return try TreeEnsemble(booster.first(best.round + 1).json())
    }

    /// The mean cross-entropy of margins (rows x classes), XGBoost's mlogloss.
    static func loss(_ margins: [Float], _ labels: [Int], classes: Int) -> Double {
      var sum = 0.0
      for (row, label) in labels.enumerated() {
        let logits = margins[row * classes..<(row + 1) * classes].map(Double.init)
        let largest = logits.max() ?? 0
        let total = logits.reduce(0) { $0 + exp($1 - largest) }
        sum += largest + log(total) - logits[label]
      }
      return sum / Double(labels.count)
    }
  }
#endif
