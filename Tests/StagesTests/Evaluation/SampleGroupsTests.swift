import Testing

@testable import Stages

@Suite struct SampleGroupsTests {
  @Test func samplesWithoutAGroupAreAlone() {
    let groups = SampleGroups(["p2", "", "p1", "p2", ""])
    #expect(groups.numbers == [0, 1, 2, 0, 3])
    #expect(groups.names == ["p2", "", "p1", ""] && groups.count == 4 && groups.isShared)
    #expect(!SampleGroups(["a", "", "b"]).isShared)
    #expect(SampleGroups([String]()).count == 0)
  }
}
