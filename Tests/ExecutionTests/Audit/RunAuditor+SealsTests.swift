import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct RunAuditorSealsTests {
  @Test func expectedSealIsCompared() throws {
    let scene = try AuditScene()
    let seal = try #require(try scene.records.run("latest").end?.seal.hex)
    let report = try scene.audit(expect: String(seal.prefix(12)))
    #expect(report.exit == 0)
    #expect(report.checks[1].notes == ["the seal is as expected"])
    let other = try scene.audit(expect: "00000000")
    #expect(other.exit == 5 && other.problems.map(\.kind) == [.seal])
  }

  @Test(arguments: ["", "1234567", "ABCDEF012345", "zzzzzzzzzzz"])
  func invalidSealDigitsAreUsageErrors(text: String) throws {
    let scene = try AuditScene()
    let error = #expect(throws: RunError.self) { try scene.audit(expect: text) }
    guard case .usage? = error else {
      Issue.record("\(String(describing: error)) is no usage error")
      return
    }
  }

  @Test func runsWithoutAnEndAreReported() throws {
    let scene = try AuditScene()
    let row = RunRow(
      id: "open", pipeline: "scene", pipelineDigest: Digest.of(AuditScene.text), command: "",
      host: "", user: "", started: 0)
    try scene.records.begin(row, pipelineText: AuditScene.text)
    try scene.records.add(parameter: "word", value: "x", run: "open")
    let auditor = RunAuditor(
      catalogue: AuditScene.catalogue, cache: scene.cache, records: scene.records, threads: 1,
      version: "1")
    let sealed = try auditor.audit(AuditScene.id)
    #expect(sealed.exit == 0)
    #expect(
      sealed.checks[1].notes == ["run open has no seal: it is still active, or it was killed"])
    let open = try auditor.audit("open")
    #expect(open.exit == 5 && open.problems.map(\.subject) == ["table run_end of run open"])
  }
}
