import Testing

@testable import Neural

@Suite struct ConfusionMatrixTests {
  @Test func scoresMatchHandCalculation() {
    var matrix = ConfusionMatrix(classes: 4)
    // Labels 0 0 1 2, predictions 0 1 1 1; class 3 does not occur.
    matrix.add(
      logits: [9, 0, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0],
      targets: [1, 0, 0, 0, 0.6, 0.4, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    #expect(matrix.accuracy == 0.5)
    // F1: 2/3, 1/2, 0, 0.
    #expect(abs(matrix.macroF1 - (2.0 / 3 + 0.5) / 4) < 1e-12)
    #expect(abs(matrix.macroF1Present - (2.0 / 3 + 0.5) / 3) < 1e-12)
  }

  /// A class that is predicted but never the label is not present.
  @Test func presentClassesAreThoseOfLabels() {
    var matrix = ConfusionMatrix(classes: 3)
    for prediction in [0, 0, 2] { matrix.add(label: 0, prediction: prediction) }
    #expect(abs(matrix.macroF1 - 0.8 / 3) < 1e-12 && abs(matrix.macroF1Present - 0.8) < 1e-12)
    #expect(matrix.f1(2) == 0 && matrix.predicted(2) == 1 && matrix.support(0) == 3)
    #expect(Array(matrix[0]) == [2, 0, 1])
  }

  @Test func noSamplesScoreZero() {
    let matrix = ConfusionMatrix(classes: 3)
    #expect(matrix.accuracy == 0 && matrix.macroF1 == 0 && matrix.macroF1Present == 0)
  }
}
