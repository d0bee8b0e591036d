import Foundation
import PipelineDSL
import Testing

@testable import Reports

struct ResultTablesTests {
  @Test func numbersAreRightAligned() {
    let table = CSVTable(
      columns: ["backbone", "mean/test/loss"], rows: [["<cnn>", "0.123456"], ["x", ""]])
    let html = ResultTables.table(table, name: "t").text
    #expect(
      html.contains(">backbone</th>\n<th scope=\"col\" class=\"n\" data-number>mean/test/loss</th>")
    )
    #expect(html.contains("&lt;cnn&gt;</th><td class=\"n\" data-value=\"0.123456\">0.1235</td>"))
    #expect(html.contains(">x</th><td class=\"n\"></td>"))
  }

  @Test func longAndWideTablesAreTruncated() {
    let columns = (0..<46).map { "c\($0)" }
    let row = columns.map { _ in "1" }
    let html = ResultTables.table(
      CSVTable(columns: columns, rows: [[String]](repeating: row, count: 520)), name: "long"
    ).text
    #expect(html.contains("and 20 more rows"))
    #expect(html.contains("and 6 more columns"))
    #expect(html.ranges(of: "<tr>").count == 501)
  }

  @Test func tableOfACompareStageIsShown() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("table"))
    let html = ResultTables.html(context.facts.cells[0], context.reader).text
    #expect(html.contains("<h3>table <span class=\"soft\">side by side</span></h3>"))
    #expect(html.contains(">mobilenet-v2</th>"))
  }

  @Test("the diagram of ranks is shown as an image")
  func diagram() throws {
    let store = try SampleStore()
    var cell = GridCells.table
    cell.outputs = [
      .init(
        "metrics", .metrics,
        text: ["critical-difference.svg": "<svg/>", "ranks.csv": "metric,model\nf1,cnn\n"])
    ]
    let context = try store.context([cell])
    let html = ResultTables.html(context.facts.cells[0], context.reader).text
    #expect(html.contains("src=\"data:image/svg+xml;base64,PHN2Zy8+\""))
    #expect(html.contains("mean ranks over blocks"))
  }

  @Test("statistics over repeats come before the cells, with their intervals")
  func tablesOverRepeats() throws {
    let store = try SampleStore()
    let context = try store.context([GridCells.table])
    let html = ResultTables.html(context.facts.cells[0], context.reader).text
    let places = ["interval of the mean", "paired over repeats", "side by side"].map {
      html.range(of: $0)?.lowerBound
    }
    #expect(!places.contains(nil))
    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
    #expect(html.contains(">low/test/loss</th>"))
    #expect(html.contains("<td>backbone=cnn</td>"))
  }
}
