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

  @Test func marginsKeepTheOrderThatProbabilitiesLose() {
    let rows: [[Float]] = [[20, 0, 0], [30, 0, 0], [0, 200, 0]]
    #expect(ROC.margin(rows[0], of: 0) < ROC.margin(rows[1], of: 0))
    #expect(abs(ROC.margin(rows[0], of: 0) - (20 - 0.6931471805599453)) < 1e-12)
    #expect(ROC.margin([3, 1.5], of: 0) == 1.5 && ROC.margin([3, 1.5], of: 1) == -1.5)
    // The order of the other classes makes no difference to the last bit.
    #expect(ROC.margin([1, 0.3, -2, 0.7], of: 0) == ROC.margin([-2, 0.7, 1, 0.3], of: 2))
    // Far beyond the range of exp.
    #expect(ROC.margin(rows[2], of: 0) == -200 && ROC.margin([-3e38, 3e38], of: 1).isFinite)
  }

  @Test func singleClassHasNoArea() {
    #expect(ROC.area(scores: [0.1, 0.2], positive: [true, true]) == nil)
    #expect(ROC.area(scores: [0.1, 0.2], positive: [false, false]) == nil)
    #expect(ROC.area(scores: [Float](), positive: []) == nil)
  }
}
