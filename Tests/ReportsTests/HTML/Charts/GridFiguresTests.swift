import Testing

@testable import Reports

struct GridFiguresTests {
  private func figures() throws -> [Figure] {
    let store = try SampleStore()
    let facts = try RunFacts(try store.grid(), store.records)
    return GridFigures.figures(facts, ArtifactReader(store.objects), limit: .max).figures
  }

  @Test func drawsAMapPerMetricAndOneWithAllAxes() throws {
    let figures = try figures()
    #expect(
      figures.map(\.name) == [
        "grid/scores/test/accuracy", "grid/scores/test/loss", "parallel/scores",
      ])
    #expect(figures[0].caption.contains("n = 1 to 2 repeats (seed)"))
  }

  @Test func theBestIsTheDarkest() throws {
    let maps = try figures().compactMap { $0.drawing as? HeatMap }
    #expect(maps[0].rows == ["vgg16", "cnn", "resnet50"])
    // Losses are one minus the accuracy, and better the lower they are.
    #expect(maps[0].fields[0][0].share == 1)
    #expect(maps[1].fields[0][0].share == 1)
    #expect(maps[0].fields[1][1].text == "failed")
    #expect(maps[0].fields[2][1].text == "–")
    #expect(maps[0].fields[0][0].small == "± 0.1271 (2)")
  }

  @Test func aLineGoesThroughItsSettings() throws {
    let ways = try #require(try figures().last?.drawing as? ParallelCoordinates)
    #expect(ways.axes.map(\.name) == ["backbone", "policy", "test/accuracy", "test/loss"])
    #expect(ways.lines.count == 4)
    #expect(ways.lines[0].values == [0, 0, 1, 0])
    #expect(ways.lines[0].share == 1)
  }

  @Test func aRunWithoutAxesHasNone() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("pbc"))
    #expect(GridFigures.figures(context.facts, context.reader, limit: .max).figures.isEmpty)
  }
}
