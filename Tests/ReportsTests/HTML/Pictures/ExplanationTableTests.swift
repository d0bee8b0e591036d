import PipelineDSL
import Store
import Testing

@testable import Reports

struct ExplanationTableTests {
  private func table(
    _ cells: [SampleStore.CellPlan], _ body: (ExplanationTable, SampleStore) throws -> Void
  ) throws {
    let store = try SampleStore()
    let context = try store.context(cells)
    let look = try #require(context.facts.cells.first { $0.row.kind == "explain" })
    try body(
      ExplanationTable(try #require(look.artifacts.first), of: look.row.cell, context), store)
  }

  @Test("heads say what each column is, rows which image it is, and a key what colours mean")
  func heads() throws {
    let cells = [
      PictureCells.cells(4), PictureCells.masks(4), PictureCells.look([0, 1], masks: true),
    ]
    try table(cells) { table, _ in
      let body = table.part(from: 0, budget: 1 << 20).body.text
      for part in [
        "rowspan=\"2\">input</th>", "rowspan=\"2\">input with its mask</th>",
        "<th scope=\"colgroup\" colspan=\"1\">Grad-CAM",
        "<th scope=\"colgroup\" colspan=\"3\">LIME",
        "<th scope=\"col\">heat map</th>",
        "<th scope=\"col\">strongest supporting regions, outlined</th>",
        "<b>AML</b> <span class=\"bad\">wrong</span><br>predicted ALL with 0.9123<br>source c-nmc",
        "<b>ALL</b> <span class=\"good\">right</span>", "AUROC 0.8125",
        "linear-gradient(90deg,rgb(",
        "outline of its nucleus", "alt=\"LIME, strongest regions for and against, of AML\"",
      ] {
        #expect(body.contains(part), "\(part)")
      }
      #expect(body.ranges(of: "<img ").count == 12)
      #expect(!body.contains("overview"))
    }
  }

  @Test("a part has at least one row, and says where the next begins")
  func parts() throws {
    try table([PictureCells.cells(4), PictureCells.look([0, 1, 2])]) { table, _ in
      #expect(table.count == 3)
      #expect(table.part(from: 0, budget: 0).next == 1)
      #expect(table.part(from: 1, budget: 1 << 20).next == 3)
      #expect(table.part(from: 0, budget: 1 << 20, limit: 2).next == 2)
    }
  }

  @Test("a picture that is missing or no picture is reported in its place")
  func damage() throws {
    var look = PictureCells.look([0, 1])
    look.outputs[0].files["grad-cam/ALL/s00.png"] = Array("<svg onload=x>".utf8)
    try table([PictureCells.cells(4), look]) { table, store in
      try store.lose(Digest.of(TinyPNG.cell(1, edge: PictureCells.edge, heat: true)))
      let body = table.part(from: 0, budget: 1 << 20).body.text
      #expect(body.contains("grad-cam/ALL/s00.png cannot be shown: not a BMP, JPEG, PNG or TIFF"))
      #expect(body.contains("grad-cam/AML/s01.png cannot be read"))
      #expect(!body.contains("<svg"))
    }
  }
}
