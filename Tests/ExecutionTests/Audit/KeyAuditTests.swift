import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct KeyAuditTests {
  private func problems(_ scene: AuditScene) throws -> [AuditProblem] {
    var audit = KeyAudit(run: try scene.run(), cache: scene.cache, records: scene.records)
    return audit.check().problems
  }

  /// A record that differs from the key file.
  @Test(arguments: ["artifact 'files'", "metric 1", "metric 2", "2 warnings"])
  func recordIsComparedWithKeyFile(what: String) throws {
    let scene = try AuditScene(recorded: { cell, record in
      guard cell.name == "b@n=2" else { return record }
      return Self.changed(record, what)
    })
    let found = try problems(scene).filter { !$0.expected.hasPrefix("the file of seal") }
    let expected = what == "2 warnings" ? [] : [what]
    #expect(found.map { problem in expected.first { problem.expected.hasPrefix($0) } } == expected)
    #expect(found.allSatisfy { $0.subject.hasSuffix("(b@n=2)") && $0.kind == .key })
    #expect(try !problems(scene).isEmpty, "the seal of the file tells all the same")
  }

  private static func changed(_ record: KeyRecord, _ what: String) -> KeyRecord {
    var (artifacts, metrics, warnings) = (record.artifacts, record.metrics, record.warnings)
    switch what {
    case "artifact 'files'":
      artifacts["files"] = .init(type: .files, digest: Digest.of("x"), bytes: 1)
    case "metric 1": metrics[1].value = 0.25
    case "metric 2": metrics.append(StageMetric("more", 1))
    default: warnings = ["other"]
    }
    return KeyRecord(
      kind: record.kind, revision: record.revision, preImage: (try? record.preImage) ?? .null,
      artifacts: artifacts, metrics: metrics, warnings: warnings, log: record.log)
  }

  @Test func keyFileIsCheckedAgainstItsPreImage() throws {
    let scene = try AuditScene(preImage: { cell, preImage in
      cell.name == "all" ? preImage.with("kind", "give").with("outputs", ["more:files"]) : preImage
    })
    let found = try problems(scene)
    #expect(
      found.map(\.expected) == [
        "kind \"give\", as in its pre-image", "outputs [\"more:files\"], as in its pre-image",
      ])
  }

  /// A result that a later run of this record computed again is not a problem of an earlier run.
  @Test func recomputedResultIsNoted() throws {
    let scene = try AuditScene()
    let row = try #require(try scene.run().results.first { $0.cell == "all" })
    let key = try #require(row.key)
    let record = try #require(try scene.cache.record(key))
    let anew = KeyRecord(
      kind: record.kind, revision: record.revision, preImage: try record.preImage,
      artifacts: record.artifacts, metrics: record.metrics, warnings: [], log: nil)
    let file = scene.cache.layout.file(for: key)
    try FileManager.default.removeItem(atPath: file)
    _ = try scene.cache.publish(anew)
    #expect(
      try problems(scene).map(\.expected) == ["the file of seal \(record.seal.hex), as recorded"])
    let later = RunRow(
      id: "later", pipeline: "scene", pipelineDigest: Digest.of(AuditScene.text), command: "",
      host: "", user: "", started: 0)
    try scene.records.begin(later, pipelineText: AuditScene.text)
    var again = StageRunRow(
      run: "later", cell: "all", stage: "all", kind: "pass", key: key, status: .executed,
      reason: "lost", started: 2)
    again.record = anew.seal
    try scene.records.add(again)
    var audit = KeyAudit(run: try scene.run(), cache: scene.cache, records: scene.records)
    let check = audit.check()
    #expect(check.problems == [])
    #expect(check.notes.first?.contains("run later computed the result again") == true)
  }

  @Test func missingFileIsReported() throws {
    let scene = try AuditScene()
    let key = try #require(try scene.run().results.first?.key)
    try FileManager.default.removeItem(atPath: scene.cache.layout.file(for: key))
    #expect(try problems(scene).map(\.found) == ["no such file"])
  }
}
