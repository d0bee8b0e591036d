import Testing

@testable import Classifiers

/// Input that must give a typed error.
@Suite(.enabled(if: Classifiers.isAvailable, "built without the trait Classifiers"))
struct ClassifierErrorTests {
  private func reason(_ body: () throws -> Void) -> String {
    (#expect(throws: ClassifierError.self) { try body() })?.description ?? ""
  }

  @Test("a feature that is not finite is named", arguments: ClassifierMethod.allCases)
  func notFinite(method: ClassifierMethod) throws {
    let train = table(40, 4, classes: 2, salt: 1)
    let fitted = try fit(settings(method), train, classes: 2)
    for value in [Float.nan, .infinity, -.infinity] {
      var damaged = train
      damaged.rows[4 * 7 + 2] = value
      #expect(
        reason { _ = try fit(settings(method), damaged, classes: 2) }
          .hasPrefix("feature 2 of training row 7 is"))
      #expect(
        reason { _ = try fit(settings(method), train, damaged, classes: 2) }
          .hasPrefix("feature 2 of validation row 7 is"))
      #expect(
        reason { _ = try fitted.logits([0, 0, 0, 0, 0, 0, 0, value]) }.hasPrefix("feature 3"))
    }
    #expect(reason { _ = try fitted.logits([1, 2, 3]) }.contains("whole rows of 4"))
  }

  @Test("there must be rows of two classes", arguments: ClassifierMethod.allCases)
  func oneClass(method: ClassifierMethod) {
    let train = table(40, 4, classes: 2, salt: 1, without: [1])
    #expect(reason { _ = try fit(settings(method), train, classes: 2) }.contains("of 1 class"))
    let none = FeatureTable(rows: [], labels: [], width: 4)
    #expect(reason { _ = try fit(settings(method), none, classes: 2) }.contains("of 0 class"))
  }

  @Test("two rows of two classes are enough", arguments: ClassifierMethod.allCases)
  func twoRows(method: ClassifierMethod) throws {
    var settings = settings(method)
    settings.neighbours = 1
    settings.minimumChildWeight = 0
    let train = FeatureTable(rows: [0, 1, 1, 0], labels: [0, 2], width: 2)
    let logits = try fit(settings, train, classes: 3).logits(train.rows)
    #expect(logits.allSatisfy { $0.allSatisfy(\.isFinite) })
  }

  @Test("features that do not vary are no reason to fail", arguments: ClassifierMethod.allCases)
  func constantFeatures(method: ClassifierMethod) throws {
    let train = FeatureTable(
      rows: [Float](repeating: 0, count: 60), labels: (0..<20).map { $0 % 2 }, width: 3)
    let logits = try fit(settings(method), train, classes: 2).logits([1, 2, 3])
    #expect(logits[0].allSatisfy { $0.isFinite })
  }

  @Test("sizes and labels must agree")
  func tables() {
    let settings = settings(.logistic)
    var train = table(40, 4, classes: 2, salt: 1)
    train.labels[3] = 2
    #expect(reason { _ = try fit(settings, train, classes: 2) }.contains("row 3 has class 2"))
    train.labels.removeLast()
    #expect(reason { _ = try fit(settings, train, classes: 2) }.contains("not 39 rows of 4"))
    let wide = table(40, 5, classes: 2, salt: 1)
    let narrow = table(40, 4, classes: 2, salt: 1)
    #expect(reason { _ = try fit(settings, narrow, wide, classes: 2) }.contains("another width"))
  }

  @Test("settings out of range are refused by name")
  func settingsOutOfRange() {
    func refused(
      _ method: ClassifierMethod, _ change: (inout ClassifierSettings) -> Void
    ) -> String {
      var settings = settings(method)
      change(&settings)
      return reason { _ = try fit(settings, table(40, 4, classes: 2, salt: 1), classes: 2) }
    }
    #expect(refused(.xgboost) { $0.trees = 0 }.hasPrefix("trees"))
    #expect(refused(.xgboost) { $0.eta = 0 }.hasPrefix("eta"))
    #expect(refused(.xgboost) { $0.lambda = .infinity }.hasPrefix("lambda"))
    #expect(refused(.xgboost) { $0.depth = 65 }.hasPrefix("depth"))
    #expect(refused(.xgboost) { $0.subsample = 1.5 }.hasPrefix("subsample"))
    #expect(refused(.randomForest) { $0.columns = .nan }.hasPrefix("columns"))
    #expect(refused(.xgboost) { $0.minimumChildWeight = -1 }.hasPrefix("minimumChildWeight"))
    #expect(refused(.xgboost) { $0.patience = 0 }.hasPrefix("patience"))
    #expect(refused(.svm) { $0.c = 0 }.hasPrefix("c must"))
    #expect(refused(.svm) { $0.gamma = -1 }.hasPrefix("gamma"))
    #expect(refused(.logistic) { $0.c = .nan }.hasPrefix("c must"))
    #expect(refused(.kNearest) { $0.neighbours = 0 }.hasPrefix("neighbours"))
    #expect(refused(.kNearest) { $0.neighbours = 41 }.contains("ask for at most 40"))
  }
}
