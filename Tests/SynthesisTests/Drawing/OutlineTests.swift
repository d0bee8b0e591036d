import Testing

@testable import Synthesis

@Suite struct OutlineTests {
  @Test func plainOutlineIsACircle() {
    var random = CounterRandom(seed: 1, source: "", image: 0, purpose: "")
    let circle = Outline(x: 2, y: -1, radius: 3, random: &random)
    // Seven directions, including the axes, where the quadrant of the diamond angle changes.
    for (dx, dy) in [(1, 0), (0, 1), (-1, 0), (0, -1), (0.6, 0.8), (-0.6, 0.8), (-0.8, -0.6)]
      as [(Float, Float)]
    {
      #expect(abs(circle.depth(2 + dx * 5, -1 + dy * 5) + 2) < 0.01)
      #expect(abs(circle.portion(2 + dx * 1.5, -1 + dy * 1.5) - 0.5) < 0.01)
    }
    #expect(abs(circle.reach - 3) < 0.01)
  }

  @Test func elongationKeepsTheArea() {
    var random = CounterRandom(seed: 1, source: "", image: 0, purpose: "")
    let long = Outline(x: 0, y: 0, radius: 3, elongation: 1.5, random: &random)
    var inside = 0
    for row in -100..<100 {
      for column in -100..<100
      where long.depth((Float(column) + 0.5) / 20, (Float(row) + 0.5) / 20) > 0 { inside += 1 }
    }
    #expect(abs(Float(inside) / 400 - .pi * 9) < 0.3)
    #expect(abs(long.reach - 3 * Float(1.5).squareRoot()) < 0.05)
  }
}
