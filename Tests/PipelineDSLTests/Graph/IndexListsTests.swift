import PipelineDSL
import Testing

struct IndexListsTests {
  @Test func listsKeepTheOrderOfTheirElements() {
    let pairs = [(2, 7), (0, 1), (2, 3), (0, 9), (3, 4)]
    let lists = IndexLists(count: 4) { add in for (list, element) in pairs { add(list, element) } }
    #expect(lists[0] == [1, 9])
    #expect(lists[1].isEmpty)
    #expect(lists[2] == [7, 3])
    #expect(lists[3] == [4])
  }

  @Test func thereMayBeNoLists() {
    _ = IndexLists(count: 0) { _ in }
    #expect(IndexLists(count: 1) { _ in }[0].isEmpty)
  }
}
