import Testing

@testable import Stages

@Suite struct DuplicateSetsTests {
  @Test func listsSetsOfTwoOrMore() {
    let sets = DuplicateSets(first: [0, 1, 0, 3, 1, 0])
    #expect(sets.sets == [[0, 2, 5], [1, 4]])
  }
}
