import Testing

@testable import Classifiers

/// Random forests, compared with Python's XGBoost (trees.py).
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct RandomForestTests {
  @Test("probabilities agree with Python's XGBoost", arguments: [2, 4])
  func probabilities(classes: Int) throws {
    let expected = try #require(
      fixture("trees.json", as: [String: TreeCase].self)["random-forest \(classes)"])
    var settings = ClassifierSettings()
    settings.method = .randomForest
    (settings.trees, settings.depth, settings.columns) = (7, 2, 0.75)
    (settings.lambda, settings.minimumChildWeight) = (0.5, 0.5)
    let fitted = try fit(settings, table(80, 8, classes: classes, salt: 1), classes: classes)
    let logits = try fitted.logits(table(12, 8, classes: classes, salt: 2).rows)
    #expect(difference(logits.flatMap(softmax), expected.probabilities) < 1e-6)
  }
}
