import Testing

@testable import Classifiers

/// Boosting, compared with Python's XGBoost (trees.py).
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct GradientBoostingTests {
  /// The settings of trees.py.
  private var settings: ClassifierSettings {
    var settings = ClassifierSettings()
    (settings.trees, settings.depth, settings.patience) = (60, 2, 4)
    (settings.eta, settings.lambda, settings.minimumChildWeight) = (0.3, 0.5, 0.5)
    (settings.subsample, settings.columns) = (0.75, 0.75)
    return settings
  }

  private func rounds(_ classifier: any FeatureClassifier) throws -> Int {
    let json = try #require(try classifier.files()["booster.json"])
    let file = try JSONFile.decode(BoosterFile.self, json, file: "booster.json")
    return file.learner.gradientBooster.model.trees.count / classifier.classes
  }

  @Test("training that stops early keeps the same rounds as Python's", arguments: [2, 4])
  func earlyStopping(classes: Int) throws {
    let expected = try #require(
      fixture("trees.json", as: [String: TreeCase].self)["xgboost \(classes)"])
    let fitted = try fit(
      settings, table(80, 8, classes: classes, salt: 1), table(40, 8, classes: classes, salt: 3),
      classes: classes)
    #expect(try rounds(fitted) == expected.rounds)
    let logits = try fitted.logits(table(12, 8, classes: classes, salt: 2).rows)
    #expect(difference(logits.flatMap(softmax), expected.probabilities) < 1e-6)
  }

  @Test("without patience or validation, all rounds are kept")
  func allRounds() throws {
    let expected = try #require(fixture("trees.json", as: [String: TreeCase].self)["saved"])
    var settings = settings
    settings.trees = 3
    let train = table(80, 8, classes: 4, salt: 1)
    let fitted = try fit(settings, train, classes: 4)
    #expect(try rounds(fitted) == 3)
    let logits = try fitted.logits(table(12, 8, classes: 4, salt: 2).rows)
    #expect(difference(logits.flatMap(softmax), expected.probabilities) < 1e-6)
    (settings.trees, settings.patience) = (30, nil)
    #expect(try rounds(fit(settings, train, train, classes: 4)) == 30)
  }

  #if Classifiers
    @Test("margins have the bits of XGBoost's own predictor")
    func bits() throws {
      let train = table(120, 8, classes: 4, salt: 1)
      let unseen = table(60, 8, classes: 4, salt: 2)
      let parameters = TreeParameters.common(settings, classes: 4, seed: 3)
      let matrix = try BoosterTable(train)
      let booster = try Booster(parameters, matrix)
      for round in 0..<20 { try booster.update(round: round, matrix) }
      let margins = try booster.margins(BoosterTable(unseen))
      #expect(try TreeEnsemble(booster.json()).logits(unseen.rows).flatMap { $0 } == margins)
      let part = try booster.first(7)
      let partMargins = try part.margins(BoosterTable(unseen))
      #expect(try TreeEnsemble(part.json()).logits(unseen.rows).flatMap { $0 } == partMargins)
      #expect(partMargins != margins)
    }

    @Test("XGBoost's own message is in the error")
    func message() throws {
      let matrix = try BoosterTable(table(12, 4, classes: 2, salt: 1))
      let booster = try Booster([("objective", "none")], matrix)
      let error = #expect(throws: ClassifierError.self) {
        try booster.update(round: 0, matrix)
      }
      #expect(error?.reason.contains("XGBoost failed:") == true)
    }
  #endif
}
