import Testing

@testable import PipelineDSL

struct AxisGridTests {
  @Test func eachCombinationHasAPlaceOfItsOwn() {
    let grid = AxisGrid([2, 3, 4])
    var places: Set<Int> = []
    for a in 0..<2 {
      for b in 0..<3 {
        for c in 0..<4 { places.insert(grid.place([9, c, a, b], at: [2, 3, 1])) }
      }
    }
    #expect(grid.count == 24)
    #expect(places == Set(0..<24))
  }

  @Test func withoutAxesThereIsOneCombination() {
    #expect(AxisGrid([]).count == 1)
    #expect(AxisGrid([]).place([5], at: []) == 0)
  }
}
