import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct AuditReportTests {
  @Test func problemTextsNameTableAndRow() throws {
    var check = AuditCheck("record")
    check.count("rows", 3)
    check.notes = ["said"]
    check.report(.record, RecordProblem(table: "run", row: 2, expected: "a", found: "b"))
    check.report(.seal, RecordProblem(table: "run", expected: "a", found: "b"), of: "r1")
    #expect(
      check.problems.map(\.text) == [
        "record table run, row 2: expected a, found b",
        "seal table run of run r1: expected a, found b",
      ])
    var report = AuditReport(run: "r1", pipeline: "p", seal: nil, checks: [check])
    #expect(report.exit == 5)
    let json = report.json
    #expect(json["sound"] == false && json["seal"] == .null)
    let first = try #require(json["checks"]?.elements?.first)
    #expect(first["checked"] == ["rows": 3] && first["notes"] == ["said"])
    #expect(
      first["problems"]?.elements?.first
        == ["kind": "record", "subject": "table run, row 2", "expected": "a", "found": "b"])
    report.isInterrupted = true
    #expect(report.exit == 130)
    #expect(AuditReport(run: "r", pipeline: nil, seal: nil, checks: []).exit == 0)
  }
}
