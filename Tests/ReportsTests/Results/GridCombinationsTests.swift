import Testing

@testable import Reports

struct GridCombinationsTests {
  @Test func joinsRepeats() throws {
    let store = try SampleStore()
    let facts = try RunFacts(try store.grid(), store.records)
    let layout = GridLayout(facts, facts.edges, ResultsRequest(metrics: ["test/loss", "none"]))
    let grid = try #require(layout.combinations(of: "scores"))
    #expect(grid.axes.map(\.name) == ["backbone", "policy"])
    #expect(grid.axes[0].values == ["vgg16", "cnn", "resnet50"])
    #expect(grid.repeats == ["seed"])
    #expect(grid.metrics == ["test/loss"])
    #expect(grid.rows.map(\.values).first == ["vgg16", "mixup"])
    #expect(grid.rows.map { $0.cells[0].count } == [2, 2, 1, 2])
    #expect(layout.combinations(of: "model") == nil)
  }
}
