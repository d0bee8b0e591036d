import Foundation
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
    let expected = try #require(cases["cross-entropy-weighted"])
    let targets = (expected["targets"] ?? []).map(Float.init)
    let weights = (expected["weights"] ?? []).map(Float.init)
    let logits = formula(15, salt: 1).map { 6 * $0 }
    let loss = CrossEntropy.loss(
      logits, targets, classes: 5, smoothing: 0.1, weights: weights)
    #expect(abs(loss / 3 - (expected["loss"]?.first ?? .nan)) < 1e-6)
    let gradient = CrossEntropy.gradient(
      logits, targets, classes: 5, smoothing: 0.1, weights: weights)
    #expect(difference(gradient, expected["input"] ?? []) < 1e-6)
  }

  @Test func classWeightsAgreeWithKeras() throws {
    let expected = try fixture("keras_loss.json", as: [String: [Double]].self)
    let labels = (expected["labels"] ?? []).map { Int($0) }
    let weights = (expected["weights"] ?? []).map(Float.init)
    let targets = labels.flatMap { label in (0..<5).map { Float($0 == label ? 1 : 0) } }
    let loss = CrossEntropy.loss(
      formula(15, salt: 1).map { 6 * $0 }, targets, classes: 5, smoothing: 0.1, weights: weights)
    #expect(abs(loss / 3 - (expected["loss"]?.first ?? .nan)) < 1e-6)
  }

  /// The loss of a sample with one label is least at the smoothed target, whatever the weights.
  @Test(arguments: [[], [1, 1, 1, 1, 1], [0.2, 4, 0.5, 1, 3]] as [[Float]])
  func weightsDoNotMoveTheOptimum(weights: [Float]) {
    let (smoothing, classes) = (0.1, 5)
    let sure = 1 - smoothing + smoothing / Double(classes)
    #expect(abs(sure - 0.92) < 1e-12)
    for label in 0..<classes {
      let logits = (0..<classes).map {
        Float(log($0 == label ? sure : smoothing / Double(classes)))
      }
      let targets = (0..<classes).map { Float($0 == label ? 1 : 0) }
      func gradient(_ logits: [Float]) -> [Float] {
        CrossEntropy.gradient(
          logits, targets, classes: classes, smoothing: smoothing, weights: weights)
      }
      #expect(gradient(logits).allSatisfy { abs($0) < 1e-6 })
      #expect(gradient(logits.map { 2 * $0 })[label] > 1e-3)
    }
  }

  /// A mixed sample is weighted by the classes' weights in proportion to their shares.
  @Test func mixedSamplesAreWeightedByShares() {
    let (logits, targets): ([Float], [Float]) = ([0.5, -1, 2], [0.7, 0, 0.3])
    func loss(_ weights: [Float]) -> Double {
      CrossEntropy.loss(logits, targets, classes: 3, smoothing: 0.2, weights: weights)
    }
    #expect(abs(loss([2, 9, 4]) - (0.7 * 2 + 0.3 * 4) * loss([])) < 1e-6)
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
