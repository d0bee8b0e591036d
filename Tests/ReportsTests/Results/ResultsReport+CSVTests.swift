import PipelineDSL
import Testing

@testable import Reports

@Suite struct ResultsReportCSVTests {
  @Test("every entry of a table is a row with numbers in full")
  func rows() throws {
    let text = try ResultsReportTests.report().text(.csv)
    let table = try CSVTable(parsing: Array(text.utf8))
    #expect(table.rows.count == 6)
    #expect(
      table.rows[2].prefix(11) == [
        "20261121-231501-ab12cd", "grid", "scores", "test/accuracy", "", "cnn", "mixup", "value",
        "1", "2", "0.875",
      ])
    #expect(table.rows[2].suffix(3) == ["wilson", "0.979", "Doe 2024, table 10"])
    let failed = ["failed", "0", "2", "", "", "", "", "0.9656", "Doe 2024, table 10"]
    #expect(table.rows[3].suffix(9) == failed[...])
    #expect(table.rows[5].suffix(9) == ["missing", "0", "0", "", "", "", "", "", ""])
  }
}
