import Testing

@testable import Stages

@Suite struct RelevanceOrderTests {
  private let map = Saliency(width: 4, height: 1, values: [0.5, 1, 0.5, 0])

  @Test("pixels come by relevance, equal ones by their keys")
  func order() {
    #expect(RelevanceOrder(map, ties: [0, 1, 2, 3]).pixels == [1, 0, 2, 3])
    #expect(RelevanceOrder(map, ties: [7, 1, 2, 3]).pixels == [1, 2, 0, 3])
    #expect(RelevanceOrder(map, ties: [5, 5, 5, 5]).pixels == [1, 0, 2, 3])
  }

  @Test("a share has at least one pixel")
  func shares() {
    let order = RelevanceOrder(map, ties: [0, 1, 2, 3])
    #expect(Array(order.top(0.01)) == [1])
    #expect(Array(order.top(0.5)) == [1, 0])
    #expect(order.count(of: 0.01) == 0 && order.count(of: 1) == 4)
  }
}
