import Testing

@testable import Neural

@Suite struct ConsistencyTests {
  @Test func agreesWithTheAuthorsCode() throws {
    let cases = try fixture("layers.json", as: [String: [String: [Double]]].self)
    let expected = try #require(cases["consistency"])
    let logits = formula(30, salt: 4).map { 6 * $0 }
    let loss = Consistency.loss(logits, copies: 3, classes: 5)
    #expect(abs(loss - (expected["loss"]?.first ?? .nan)) < 1e-6)
    let gradient = Consistency.gradient(logits, copies: 3, classes: 5)
    #expect(difference(gradient, expected["input"] ?? []) < 2e-6)
  }

  @Test func equalCopiesHaveNoLoss() {
    let logits = [Float](repeatElement([1, -2, 0.5, 3, 0, 7], count: 3).joined())
    #expect(Consistency.loss(logits, copies: 3, classes: 3) == 0)
    #expect(Consistency.gradient(logits, copies: 3, classes: 3).allSatisfy { $0 == 0 })
  }
}
