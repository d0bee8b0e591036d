import Testing

@testable import Reports

struct PictureOrderTests {
  @Test("the groups take turns, in natural order of their names")
  func turns() {
    let order = PictureOrder.inTurn(["b10", "a2", "a2x", "b10x", "a2y"]) { String($0.prefix(2)) }
    #expect(order == ["a2", "b10", "a2x", "b10x", "a2y"])
    #expect(PictureOrder.inTurn([String]()) { $0 } == [])
  }
}
