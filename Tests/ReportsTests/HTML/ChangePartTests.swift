import PipelineDSL
import Store
import Testing

@testable import Reports

struct ChangePartTests {
  private func html(
    _ first: [SampleStore.CellPlan], _ second: [SampleStore.CellPlan],
    parameters: JSONObject = ["seed": 17, "size": 224]
  ) throws -> String {
    let store = try SampleStore()
    _ = try store.record(first, id: "20261121-000000-aaaaaa", text: SampleCells.text)
    let run = try store.record(
      second, id: "20261122-000000-bbbbbb", text: SampleCells.text, parameters: parameters)
    let change = try RunChange(try RunFacts(run, store.records), store.records, store.cache)
    return ChangePart.html(change).text
  }

  @Test func namesFieldsAndTheMetricsThatMoved() throws {
    var changed = SampleCells()
    (changed.rate, changed.shift) = (0.01, -0.02)
    let html = try html(SampleCells().all, changed.all)
    #expect(html.contains("20261121-000000-aaaaaa"))
    #expect(
      html.contains("model (2 cells) learning-rate: <code>0.001</code> → <code>0.01</code>"))
    #expect(html.contains("<th scope=\"row\">test/macro-f1</th><td>scores@backbone=cnn</td>"))
    // The check of macro-F1 gives the direction.
    #expect(html.contains(" worse</b>"))
    #expect(html.contains("<td>at least</td>"))
    // Metrics without a check that are not in the headline are left to 'assay diff'.
    #expect(!html.contains("train/accuracy"))
    #expect(html.contains("<code>assay diff 20261121-000000-aaaaaa 20261122-000000-bbbbbb</code>"))
  }

  @Test func parameterOfThePipelineIsNamedOnce() throws {
    let html = try html(
      SampleCells().all, SampleCells().all, parameters: ["seed": 18, "size": 224])
    #expect(html.contains("parameter seed: <code>17</code> → <code>18</code>"))
    #expect(html.contains("No checked or headline metric moved."))
  }

  @Test func sameRunAgainHasNoChange() throws {
    let html = try html(SampleCells().all, SampleCells().all)
    #expect(html.contains("Nothing changed: the same keys and metrics."))
  }
}
