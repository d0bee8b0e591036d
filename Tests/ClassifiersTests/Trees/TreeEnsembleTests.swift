import Testing

@testable import Classifiers

/// The shape of trees.json.
struct TreeCase: Decodable {
  let rounds: Int
  let probabilities: [Double]
}

/// XGBoost's own file, written by its Python package (trees.py).
@Suite struct TreeEnsembleTests {
  @Test("the file of Python's XGBoost gives its probabilities")
  func pythonFile() throws {
    let expected = try #require(fixture("trees.json", as: [String: TreeCase].self)["saved"])
    let json = try fixtureBytes("booster.json")
    let ensemble = try TreeEnsemble(json)
    #expect(ensemble.classes == 4 && ensemble.width == 8)
    #expect(ensemble.files() == ["booster.json": json])
    let logits = try ensemble.logits(table(12, 8, classes: 4, salt: 2).rows)
    #expect(difference(logits.flatMap(softmax), expected.probabilities) < 1e-6)
    #expect(ensemble.gradient(of: 0, at: [Float](repeating: 0, count: 8)) == nil)
  }
}
