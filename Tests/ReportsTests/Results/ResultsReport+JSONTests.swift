import PipelineDSL
import Testing

@testable import Reports

@Suite struct ResultsReportJSONTests {
  @Test("runs, tables and entries are complete")
  func everything() throws {
    let json = try JSONParser.parse(ResultsReportTests.report().text(.json))
    let run = try #require(json.elements?.first)
    #expect(run["run"] == "20261121-231501-ab12cd")
    #expect(run["status"] == "failed")
    #expect(run["appendices"]?.elements?.compactMap { $0["title"]?.text }.count == 2)
    let table = try #require(run["tables"]?.elements?.first)
    #expect(table["rows"] == "backbone" && table["columns"] == "policy")
    #expect(table["repeats"] == ["seed"])
    let entries = try #require(table["entries"]?.elements)
    #expect(entries.compactMap { $0["n"]?.whole } == [2, 2, 1, 0, 2, 0])
    #expect(entries[0]["interval"] == "t" && entries[2]["interval"] == "wilson")
    #expect(entries[3]["state"] == "failed" && entries[3]["ours"] == .null)
    #expect(entries[5]["published"] == .null)
  }
}
