import Testing

@testable import Stages

@Suite struct MaskOverlapTests {
  @Test func twoOfThreeAndOfFour() {
    let found = MaskOverlap(
      [true, true, true, false, false, false], truth: [true, true, false, true, true, false])
    #expect(isNear(found.dice, 4.0 / 7, 1e-12) && isNear(found.iou, 2.0 / 5, 1e-12))
  }

  @Test func emptyMasksAgree() {
    let found = MaskOverlap([false, false], truth: [false, false])
    #expect(found.dice == 1 && found.iou == 1)
    let other = MaskOverlap([false, false], truth: [true, false])
    #expect(other.dice == 0 && other.iou == 0)
  }
}
