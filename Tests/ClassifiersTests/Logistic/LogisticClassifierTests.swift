import Testing

@testable import Classifiers

/// Logistic regression, compared with scikit-learn's liblinear solver (logistic.py).
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct LogisticClassifierTests {
  private struct Case: Decodable {
    let values: [Double]
    let probabilities: [Double]
  }

  private func classifier(_ classes: Int) throws -> LogisticClassifier {
    var settings = ClassifierSettings()
    (settings.method, settings.c) = (.logistic, 2)
    let fitted = try fit(settings, table(80, 8, classes: classes, salt: 1), classes: classes)
    return try #require(fitted as? LogisticClassifier)
  }

  @Test("decision values and probabilities agree with scikit-learn", arguments: [2, 4])
  func scikitLearn(classes: Int) throws {
    let expected = try #require(fixture("logistic.json", as: [String: Case].self)["\(classes)"])
    let classifier = try classifier(classes)
    let rows = table(12, 8, classes: classes, salt: 2).rows
    let values = (0..<12).flatMap {
      classifier.decisionValues(Array(rows[$0 * 8..<($0 + 1) * 8]))
    }
    #expect(difference(values, expected.values) < 1e-4)
    let probabilities = try classifier.logits(rows).flatMap(softmax)
    #expect(difference(probabilities, expected.probabilities) < 1e-5)
  }

  @Test("gradients agree with differences of logits", arguments: [2, 4])
  func gradients(classes: Int) throws {
    let classifier = try classifier(classes)
    let rows = table(3, 8, classes: classes, salt: 2).rows
    for row in 0..<3 {
      for label in 0..<classes {
        let row = Array(rows[row * 8..<(row + 1) * 8])
        #expect(try gradientDifference(classifier, label: label, at: row) < 2e-3)
      }
    }
  }
}
