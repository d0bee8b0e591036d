import Foundation
import PipelineDSL
import Store
import Testing

@testable import Reports

struct JudgementSectionTests {
  private static let table = CSVTable(
    columns: GainsFormat.columns,
    rows: [
      [
        "grad-cam", "deletion", "10", "0.2", "0.1", "0.3", "lower", "edges", "0.25", "0.125",
        "0.375", "gain",
      ],
      [
        "<lime>", "pixel-auroc", "10", "0.9", "0.8", "1", "higher", "centre", "-0.04", "-0.05",
        "-0.03", "no-gain",
      ],
      ["centre", "pixel-auroc", "10", "0.94", "0.9", "0.98", "higher", "", "", "", "", "baseline"],
    ])

  @Test("gains and verdicts of the methods come first, baselines are folded away")
  func showsGains() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("judged@backbone=cnn", "judge-explanations")
    cell.outputs = [.init("metrics", .metrics, [GainsFormat.file: Self.table.bytes])]
    let body = try #require(JudgementSection.body(try store.context([cell]))).text
    #expect(body.contains("<h3>judged@backbone=cnn</h3>"))
    #expect(body.contains("<span class=\"good\">gain</span>"))
    #expect(body.contains("<span class=\"bad\">no-gain</span>"))
    #expect(body.contains("<th scope=\"row\">&lt;lime&gt;</th>"))
    let folded = try #require(body.range(of: "<details><summary>baselines</summary>"))
    let baseline = try #require(
      body.range(of: "<th scope=\"row\">centre</th><td>pixel-auroc</td>"))
    #expect(folded.lowerBound < baseline.lowerBound)
  }

  @Test("runs without judged explanations have no such section")
  func absent() throws {
    let store = try SampleStore()
    #expect(JudgementSection.body(try store.context(SampleCells().all)) == nil)
  }
}
