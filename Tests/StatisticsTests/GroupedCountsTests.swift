import Testing

@testable import Statistics

@Suite struct GroupedCountsTests {
  private let groupOf: [Int32] = [2, 0, 0, 1, 2, 2, 0]
  private let cellOf: [Int32] = [1, 3, 3, 0, 1, 2, 0]

  @Test("weights multiply the counts of a group")
  func weighted() {
    let counts = GroupedCounts(groups: 4, cells: 4, groupOf: groupOf, cellOf: cellOf)
    #expect(counts.total == [2, 2, 1, 2])
    #expect(counts.weighted([1, 1, 1, 1]) == counts.total)
    #expect(counts.weighted([2, 0, 3, 5]) == [2, 6, 3, 4])
  }

  @Test("the jackknife leaves out whole groups")
  func leavesOutGroups() {
    let counts = GroupedCounts(groups: 3, cells: 4, groupOf: groupOf, cellOf: cellOf)
    let found = counts.bootstrap(resamples: 10, seed: 1) { $0.map(Double.init) }
    #expect(found.estimates == [2, 2, 1, 2])
    #expect(found.jackknife == [[1, 1, 2], [2, 2, 0], [1, 1, 0], [0, 2, 2]])
    #expect(found.resampled.map(\.count) == [10, 10, 10, 10])
  }

  @Test("groups of one sample share the statistics of their rests")
  func sharesRests() {
    var computed = 0
    let counts = GroupedCounts(
      groups: 6, cells: 2, groupOf: [0, 1, 2, 3, 4, 5], cellOf: [0, 1, 0, 0, 1, 0])
    let found = counts.bootstrap(resamples: 3, seed: 1) { counts in
      computed += 1
      return [Double(counts[0])]
    }
    #expect(found.jackknife == [[3, 4, 3, 3, 4, 3]])
    #expect(computed == 1 + 3 + 2)
  }
}
