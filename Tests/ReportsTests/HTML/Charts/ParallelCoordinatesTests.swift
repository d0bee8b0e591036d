import Testing

@testable import Reports

struct ParallelCoordinatesTests {
  private let ways = ParallelCoordinates(
    title: "ways",
    axes: [
      .init(name: "<a>", ticks: [(0, "x"), (1, "y")]), .init(name: "f1", ticks: [(0.5, "0.9")]),
    ],
    lines: [
      .init(values: [0, 1], share: 1, about: "best"),
      .init(values: [1, nil], share: 0, about: "<i>"),
      .init(values: [.nan, .infinity], share: 0.5, about: ""),
    ])

  @Test func drawsTheBestLineLast() throws {
    let svg = ways.svg.text
    let best = try #require(svg.firstRange(of: "class=\"way best\""))
    let others = svg.ranges(of: "class=\"way\"")
    #expect(others.count == 2)
    #expect(others.allSatisfy { $0.lowerBound < best.lowerBound })
    #expect(!svg.contains("nan") && !svg.contains("<i>") && !svg.contains("<a>"))
  }

  @Test func describesTheBest() {
    #expect(ways.description == "3 lines through <a>, f1; best: best")
  }
}
