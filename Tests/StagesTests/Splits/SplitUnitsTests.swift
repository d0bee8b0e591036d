import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitUnitsTests {
  private func units(
    _ samples: [Sample], _ duplicates: DuplicateSets? = nil, groups: Bool = true
  ) throws -> [[Int]] {
    var parameters = Split.Parameters()
    parameters.groups = groups
    let context = StageContext(
      seed: 17, scratch: "", state: StateFolder(""), events: RecordedEvents())
    return SplitUnits(samples, parameters, duplicates, context).units.map(\.members)
  }

  @Test func groupsAndDuplicatesJoinTransitively() throws {
    let samples = SplitScene.samples(7) { ["g", "", "g", "h", "", "h", ""][$0] }
    #expect(try units(samples) == [[0, 2], [1], [3, 5], [4], [6]])
    let copies = DuplicateSets(first: [0, 1, 2, 2, 1, 5, 6])
    #expect(try units(samples, copies) == [[0, 2, 3, 5], [1, 4], [6]])
    #expect(try units(samples, copies, groups: false) == [[0], [1, 4], [2, 3], [5], [6]])
  }

  @Test func groupNameMayEqualAnID() throws {
    var samples = SplitScene.samples(2)
    samples[1].group = samples[0].id
    #expect(try units(samples) == [[0], [1]])
  }
}
