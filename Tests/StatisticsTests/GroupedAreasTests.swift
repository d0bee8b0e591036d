import Testing

@testable import Statistics

@Suite struct GroupedAreasTests {
  @Test("areas without one group each agree with scikit-learn")
  func leavesOutGroups() throws {
    for reference in try EvaluationNumbers.load().groups {
      let areas = GroupedAreas(
        groups: 7, groupOf: reference.groups, scores: [reference.scores],
        positive: [reference.positive])
      let found = areas.bootstrap(resamples: 2, seed: 1)
      #expect(agrees(found.jackknife[0], reference.rest), "\(reference.name)")
      #expect(found.jackknife[1] == found.jackknife[0])
    }
  }

  @Test("weighted areas agree with scikit-learn")
  func weighted() throws {
    for reference in try EvaluationNumbers.load().groups {
      let areas = GroupedAreas(
        groups: 7, groupOf: reference.groups, scores: [reference.scores],
        positive: [reference.positive])
      #expect(agrees(areas.areas(reference.weights)[0], reference.weighted), "\(reference.name)")
    }
  }

  @Test("the mean leaves out classes without an area")
  func meanOfDefined() {
    let areas = GroupedAreas(
      groups: 4, groupOf: [0, 1, 2, 3], scores: [[1, 2, 3, 4], [1, 2, 3, 4], [4, 3, 2, 1]],
      positive: [
        [false, false, true, true], [false, false, false, false], [false, true, false, true],
      ])
    let found = areas.bootstrap(resamples: 0, seed: 1).estimates
    #expect(found[0] == 1 && found[1].isNaN && found[2] == 0.25 && found[3] == 0.625)
    #expect(areas.bootstrap(resamples: 5, seed: 1).interval(of: 1) == nil)
  }
}
