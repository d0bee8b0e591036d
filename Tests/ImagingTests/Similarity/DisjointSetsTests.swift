import Imaging
import Testing

@Suite struct DisjointSetsTests {
  @Test func setsAreIdentifiedByTheirSmallestMember() {
    var sets = DisjointSets(count: 6)
    let joins = [(5, 3), (3, 1), (1, 5), (4, 2)].map { sets.join($0, $1) }
    #expect(joins == [true, true, false, true])
    let names = (0..<6).map { sets.first(of: $0) }
    #expect(names == [0, 1, 2, 1, 2, 1])
  }
}
