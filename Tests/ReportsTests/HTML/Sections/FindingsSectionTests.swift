import Foundation
import PipelineDSL
import Store
import Testing

@testable import Reports

struct FindingsSectionTests {
  private func body(_ rows: [[String]]) throws -> String? {
    let store = try SampleStore()
    var look = SampleStore.CellPlan("look", "inspect-data")
    let table = CSVTable(columns: FindingsFormat.columns, rows: rows)
    look.outputs = [
      .init("findings", .files, [FindingsFormat.file: table.bytes])
    ]
    return FindingsSection.body(try store.context([look]))?.text
  }

  @Test("errors come first, with scope, count and remedy")
  func errorsComeFirst() throws {
    let text = try #require(
      try body([
        [
          "near-duplicate", "note", "pbc", "3", "", "", "", "split: near-duplicates: 16",
          "3 sets of 6 samples", "", "",
        ],
        [
          "group-straddle", "error", "a < b", "2", "0.5", "", "", "split: groups: true",
          "2 of 4 groups lie in several parts", "", "",
        ],
      ]))
    let error = try #require(text.range(of: "group-straddle"))
    let note = try #require(text.range(of: "near-duplicate<"))
    #expect(error.lowerBound < note.lowerBound)
    #expect(text.contains("<td>a &lt; b</td>"))
    #expect(text.contains("<td class=\"n\">2</td>"))
    #expect(text.contains("<td>split: groups: true</td>"))
  }

  @Test("an inspection without findings says so")
  func nothingFound() throws {
    #expect(try body([])?.contains("Nothing was found.") == true)
  }

  @Test("a run without an inspection has no section")
  func noInspection() throws {
    let store = try SampleStore()
    #expect(FindingsSection.body(try store.context(SampleCells().all.only("pbc"))) == nil)
  }

  @Test("the picture sheet of a finding is beside it")
  func sheets() throws {
    let store = try SampleStore()
    var look = SampleStore.CellPlan("look", "inspect-data")
    let row = ["near-duplicate", "note", "pbc", "3", "", "", "", "", "", "", "sheets/a.png"]
    look.outputs = [
      .init(
        "findings", .files,
        [
          FindingsFormat.file: CSVTable(columns: FindingsFormat.columns, rows: [row]).bytes,
          "sheets/a.png": TinyPNG.cell(1),
        ])
    ]
    let body = try #require(FindingsSection.body(try store.context([look]))).text
    #expect(body.contains("<img alt=\"sheets/a.png of look\""))
    #expect(body.contains("<b>near-duplicate</b>: some of the samples, one set after the other"))
  }
}
