import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct RunAuditorTests {
  @Test func countsWhatItChecked() throws {
    let report = try AuditScene().audit()
    #expect(report.problems == [] && report.exit == 0)
    let counts = Dictionary(
      uniqueKeysWithValues: report.checks.map { check in
        (check.name, check.counts.map { "\($0.count) \($0.what)" })
      })
    #expect(counts["seals"]?.first == "1 runs")
    // Each cell has a file, a list of files and a log.
    #expect(counts["objects"]?.first == "15 objects")
    #expect(counts["objects"]?.last == "5 files")
    #expect(counts["keys"] == ["5 key files", "5 rows"])
    #expect(counts["inputs"] == ["4 inputs", "5 cells"])
    #expect(counts["pipeline"] == ["5 cells", "4 edges", "5 keys", "4 thresholds"])
    #expect(report.checks.flatMap(\.notes) == [])
  }

  @Test func unknownRunIsAnErrorNotAProblem() throws {
    let scene = try AuditScene()
    let auditor = RunAuditor(
      catalogue: AuditScene.catalogue, cache: scene.cache, records: scene.records, threads: 1,
      version: "1")
    #expect(throws: RunError.self) { try auditor.audit("nobody") }
  }
}
