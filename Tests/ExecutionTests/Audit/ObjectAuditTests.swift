import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct ObjectAuditTests {
  private func audit(_ scene: AuditScene) throws -> (AuditCheck, ObjectAudit) {
    var audit = ObjectAudit(
      run: try scene.run(), keys: try scene.keys(), objects: scene.cache.objects)
    let check = audit.check(threads: 2)
    return (check, audit)
  }

  private func overwrite(_ path: String) throws {
    try FileManager.default.removeItem(atPath: path)
    try Data("harm".utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func damagedObjectsAreReportedWithTheirOwners() throws {
    let scene = try AuditScene()
    let (file, log) = (Digest.of("b@n=2\n"), Digest.of("log of all"))
    for digest in [file, log] { try overwrite(scene.cache.objects.path(digest)) }
    let (check, audit) = try audit(scene)
    let subjects = check.problems.map(\.subject)
    #expect(subjects.contains("\(scene.cache.objects.path(file)) (f of 'files' of b@n=2)"))
    #expect(subjects.contains("\(scene.cache.objects.path(log)) (the log of all)"))
    #expect(check.problems.count == 2 && Set(audit.faults.keys) == [file, log])
  }

  @Test func damagedManifestIsReportedAndItsFilesAreUnknown() throws {
    let scene = try AuditScene()
    let digest = try #require(try scene.run().given["all"]?["files"])
    try overwrite(scene.cache.objects.path(digest))
    let (check, _) = try audit(scene)
    #expect(
      check.problems.map(\.subject) == ["\(scene.cache.objects.path(digest)) ('files' of all)"])
    #expect(check.notes == ["the files of 'files' of all are unknown: its manifest cannot be used"])
  }

  @Test func recordedSizeMustBeTheSumOfFileSizes() throws {
    let scene = try AuditScene(recorded: { cell, record in
      guard cell.name == "all", let artifact = record.artifacts["files"] else { return record }
      return KeyRecord(
        kind: record.kind, revision: 1, preImage: (try? record.preImage) ?? .null,
        artifacts: ["files": .init(type: .files, digest: artifact.digest, bytes: 99)])
    })
    #expect(try audit(scene).0.problems.map(\.expected) == ["4 bytes, as its files have"])
  }
}
