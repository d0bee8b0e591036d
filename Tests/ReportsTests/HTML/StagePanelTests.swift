import PipelineDSL
import Store
import Testing

@testable import Reports

struct StagePanelTests {
  private func panel(
    _ name: String, _ cells: [SampleStore.CellPlan], of store: SampleStore
  ) throws -> String {
    let context = try store.context(cells)
    let facts = context.facts
    let index = try #require(facts.graph.stages.firstIndex { $0.name == name })
    return StagePanel(
      index, facts.cells(of: name),
      edges: facts.edges.filter { StageGraph.stage(of: $0.to) == name },
      text: PipelineText(facts.pipelineText), context: context
    ).html.text
  }

  @Test func oneCellHasItsInputsOutputsLogAndKey() throws {
    let store = try SampleStore()
    let html = try panel("pbc", SampleCells().all, of: store)
    let row = try #require(
      try store.records.stageRuns(run: "20261121-231501-ab12cd").first { $0.cell == "pbc" })
    let key = try #require(row.key)
    #expect(html.contains("<dt>key</dt><dd><code>\(key.hex)</code>"))
    #expect(html.contains("<dt>why</dt><dd>no result is stored under its key"))
    #expect(html.contains("assay run Pipelines/five-class.json pbc --force"))
    #expect(html.contains("Traceback &lt;module&gt;"))
    #expect(html.contains("<code>samples.csv</code>"))
    #expect(html.contains("<th scope=\"row\">root</th><td><code>data/PBC</code>"))
    for artifact in try store.records.artifacts(run: row.run) where artifact.stageRun == row.id {
      #expect(html.contains("<code>\(artifact.digest.hex)</code>"))
    }
  }

  @Test func manyCellsAreGroupedByAxis() throws {
    let store = try SampleStore()
    var cells = SampleCells().all
    let failed = try #require(cells.firstIndex { $0.name == "model@backbone=mobilenet-v2" })
    cells[failed].status = .failed
    cells[failed].reason = "out of <memory>"
    let html = try panel("model", cells, of: store)
    #expect(html.contains("<h4>Cells by backbone</h4>"))
    #expect(html.contains(">mobilenet-v2</a></th>"))
    #expect(html.contains("failed: out of &lt;memory&gt;"))
    #expect(html.contains("assay run Pipelines/five-class.json model@backbone=mobilenet-v2<"))
    #expect(html.contains("<h4>End of the log of model@backbone=mobilenet-v2</h4>"))
    #expect(html.contains("<th scope=\"row\">images</th><td><a href=\"#stage-4\">cells</a>"))
  }

  @Test func checksStateTheirRange() throws {
    let store = try SampleStore()
    var cells = SampleCells().all.only("scores")
    for (index, value) in [0.7, 0.9].enumerated() {
      cells[index].metrics = [StageMetric("test/f1", value)]
      cells[index].checks = [MetricCheck(metric: "test/f1", relation: .atLeast, threshold: 0.8)]
    }
    let html = try panel("scores", cells, of: store)
    #expect(html.contains("<td>at least 0.8000</td>"))
    #expect(html.contains("<td class=\"n\">0.7000 to 0.9000</td>"))
    #expect(html.contains("<td class=\"bad\">met by 1 of 2 cells</td>"))
  }

  @Test func whatIsMissingIsReportedInPlace() throws {
    let store = try SampleStore()
    let cells = SampleCells().all.only("c-nmc", "pbc", "labels")
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: SampleCells.text)
    for digest in Set(try store.records.artifacts(run: run.run.id).map(\.digest)) {
      try store.lose(digest)
    }
    let facts = try RunFacts(run, store.records)
    let reader = ArtifactReader(store.objects)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: 0,
      pictures: PictureSelection(facts, reader, budget: 0))
    let html = try #require(GraphSection.body(context)).text
    #expect(html.contains("the object is missing from the store"))
  }
}
