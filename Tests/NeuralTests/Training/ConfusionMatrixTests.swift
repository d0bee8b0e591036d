import Testing

@testable import Neural

@Suite struct ConfusionMatrixTests {
  @Test func scoresMatchHandCalculation() {
    var matrix = ConfusionMatrix(classes: 4)
    // Labels 0 0 1 2, predictions 0 1 1 1; class 3 does not occur and is not counted.
    matrix.add(
      logits: [9, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0],
      targets: [1, 0, 0, 0, 0.6, 0.4, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    #expect(matrix.accuracy == 0.5)
    // F1: 2/3, 1/2, 0.
    #expect(abs(matrix.macroF1 - (2.0 / 3 + 0.5) / 3) < 1e-12)
  }

  @Test func noSamplesScoreZero() {
    let matrix = ConfusionMatrix(classes: 3)
    #expect(matrix.accuracy == 0 && matrix.macroF1 == 0)
  }
}
