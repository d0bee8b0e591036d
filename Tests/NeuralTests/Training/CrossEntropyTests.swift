import Testing

@testable import Neural

@Suite struct CrossEntropyTests {
  @Test func agreesWithPyTorch() throws {
    let cases = try fixture("layers.json", as: [String: [String: [Double]]].self)
    let expected = try #require(cases["cross-entropy"])
    let targets = try #require(expected["targets"]).map(Float.init)
    let logits = formula(15, salt: 1).map { 6 * $0 }
    let loss = CrossEntropy.loss(logits, targets, classes: 5, smoothing: 0.1) / 3
    #expect(abs(loss - (expected["loss"]?.first ?? .nan)) < 1e-6)
    let gradient = CrossEntropy.gradient(logits, targets, classes: 5, smoothing: 0.1)
    #expect(difference(gradient, expected["input"] ?? []) < 1e-6)
    #expect(
      difference(CrossEntropy.softmax(logits, classes: 5), expected["softmax"] ?? []) < 1e-6)
  }

  @Test func classWeightsAgreeWithPyTorch() throws {
    let cases = try fixture("layers.json", as: [String: [String: [Double]]].self)
    let targets = try #require(cases["cross-entropy"]?["targets"]).map(Float.init)
    let expected = try #require(cases["cross-entropy-weighted"])
    let weights = (expected["weights"] ?? []).map(Float.init)
    let logits = formula(15, salt: 1).map { 6 * $0 }
    let loss = CrossEntropy.loss(
      logits, targets, classes: 5, smoothing: 0.1, weights: weights)
    #expect(abs(loss / 3 - (expected["loss"]?.first ?? .nan)) < 1e-6)
    let gradient = CrossEntropy.gradient(
      logits, targets, classes: 5, smoothing: 0.1, weights: weights)
    #expect(difference(gradient, expected["input"] ?? []) < 1e-6)
  }

  @Test func gradientAgreesWithDifferences() {
    let (logits, targets): ([Float], [Float]) = ([0.5, -1, 2, 0, 0.25, 3], [0.7, 0.3, 0, 0, 0, 1])
    let gradient = CrossEntropy.gradient(logits, targets, classes: 3, smoothing: 0.2)
    let numericGradient = logits.indices.map { index in
      // A step that is a power of two is exact in single precision.
      var (up, down) = (logits, logits)
      up[index] += 0x1p-10
      down[index] -= 0x1p-10
      let losses = [up, down].map {
        CrossEntropy.loss($0, targets, classes: 3, smoothing: 0.2) / 2
      }
      return (losses[0] - losses[1]) / 0x1p-9
    }
    #expect(difference(gradient, numericGradient) < 1e-5)
  }

  @Test func staysFiniteForLargeLogits() {
    #expect(CrossEntropy.softmax([1000, 0, -1000], classes: 3) == [1, 0, 0])
    let loss = CrossEntropy.loss([1000, 0], [0, 1], classes: 2, smoothing: 0)
    #expect(loss == 1000)
  }
}
