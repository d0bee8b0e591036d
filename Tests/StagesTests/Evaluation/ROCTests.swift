import Testing

@testable import Stages

@Suite struct ROCTests {
  @Test func countsPairsAndTiesAsHalf() {
    // Positives 0.9 and 0.5 against 0.5 and 0.1: three pairs won, one tied.
    #expect(
      ROC.area(scores: [0.9, 0.5, 0.5, 0.1], positive: [true, true, false, false]) == 3.5 / 4)
    #expect(ROC.area(scores: [1, 2, 3], positive: [true, false, false]) == 0)
    #expect(ROC.area(scores: [7, 7, 7], positive: [true, false, true]) == 0.5)
  }

  @Test func singleClassHasNoArea() {
    #expect(ROC.area(scores: [0.1, 0.2], positive: [true, true]) == nil)
    #expect(ROC.area(scores: [0.1, 0.2], positive: [false, false]) == nil)
    #expect(ROC.area(scores: [], positive: []) == nil)
  }
}
