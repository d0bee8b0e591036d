import Testing

@testable import Statistics

@Suite struct RanksTests {
  @Test("equal values share the mean of their ranks")
  func ties() {
    let ranks = Ranks([3, 1, 3, 2, 3, 0.5, 2])
    #expect(ranks.values == [6, 2, 6, 3.5, 6, 1, 3.5])
    #expect(ranks.ties == [1, 1, 2, 3])
    #expect(ranks.tieTerm == 6 + 24)
    #expect(Ranks([]).values == [])
    #expect(Ranks([0, -0.0]).values == [1.5, 1.5])
  }
}
