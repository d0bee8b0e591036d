import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct GridAxesTests {
  private func axes(_ cells: [SampleStore.CellPlan]) throws -> GridAxes {
    let store = try SampleStore()
    let run = try store.grid(cells)
    return GridAxes(try RunFacts(run, store.records), try store.records.edges(run: run.run.id))
  }

  @Test("values have the order of the pipeline, not of the alphabet")
  func order() throws {
    let axes = try axes(GridCells.all)
    let cells = GridCells.all.map(\.name)
    #expect(axes.names == ["backbone", "policy", "seed"])
    #expect(axes.values(of: cells, "backbone") == ["vgg16", "cnn", "resnet50"])
    #expect(axes.values(of: cells, "policy") == ["mixup", "augmix"])
    #expect(axes.value(of: "table", "seed") == nil)
  }

  @Test("combinations are those that cells have")
  func combinations() throws {
    let cells = GridCells.all.map(\.name).filter { $0.hasPrefix("scores") }
    #expect(
      try axes(GridCells.all).combinations(of: cells, ["policy", "backbone"]) == [
        ["mixup", "vgg16"], ["mixup", "cnn"], ["mixup", "resnet50"], ["augmix", "vgg16"],
        ["augmix", "cnn"],
      ])
    #expect(try axes(GridCells.all).combinations(of: cells, []) == [[]])
  }
}
