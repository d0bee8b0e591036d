import PipelineDSL
import Store
import Testing

@testable import Reports

struct DivergencesSectionTests {
  @Test func showsBothDigests() throws {
    let store = try SampleStore()
    let run = try store.record([], id: "20261121-000000-aaaaaa", text: "{}", end: nil)
    let (a, b) = (Digest.of("a"), Digest.of("b"))
    try store.records.add(
      DivergenceRow(
        run: run.run.id, cell: "model", key: Digest.of("k"), port: "model", existing: a.hex,
        found: b.hex, file: "model.safetensors", at: 0))
    let html = try RunReport.output(
      run: run, records: store.records, objects: store.objects
    ).html
    #expect(html.contains("<section id=\"divergences\""))
    #expect(html.contains(a.short) && html.contains(b.short))
    #expect(html.contains(">model.safetensors</td>") && html.contains(">this run</td>"))
  }
}
