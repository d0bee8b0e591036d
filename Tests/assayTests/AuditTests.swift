import Foundation
import PipelineDSL
import TestSupport
import Testing

@testable import Execution
@testable import Store
@testable import assay

/// An intact run passes its audit, and any damage to what it refers to is found and reported.
@Suite struct AuditTests {
  @Test func intactRunHasNoProblems() throws {
    let project = try AuditProject.make()
    for run in ["latest", try project.records().run("latest").run.id] {
      let ending = try project.assay("audit", run)
      #expect(ending.exit == 0, "\(ending.text)")
      #expect(ending.output.contains("no difference from the record"))
    }
    try project.executed()
    let ending = try project.assay("audit", "latest", "--json")
    #expect(ending.exit == 0)
    let json = try JSONParser.parse(ending.output)
    #expect(json["sound"]?.truth == true)
    let checks = try #require(json["checks"]?.elements)
    #expect(
      checks.compactMap { $0["check"]?.text } == [
        "record", "seals", "objects", "keys", "inputs", "pipeline",
      ])
    func count(_ check: String, _ what: String) -> Int? {
      checks.first { $0["check"]?.text == check }?["checked"]?[what]?.whole
    }
    #expect(count("keys", "key files") == 7)
    #expect(count("inputs", "inputs") == 6)
    #expect(count("pipeline", "cells") == 7)
    #expect(count("seals", "runs") == 2)
    let objects = try project.filesOfStore("objects")
    #expect(count("objects", "objects") == objects.count)
    let bytes = objects.reduce(0) { sum, name in
      sum + (FileManager.default.contents(atPath: project.path(name))?.count ?? 0)
    }
    #expect(count("objects", "bytes") == bytes)
  }

  /// 500 random corruptions, each found and reported; every tenth through the command.
  @Test func everyCorruptionIsFoundAndReported() throws {
    let project = try AuditProject.make()
    let objects = try project.filesOfStore("objects")
    let keys = try project.filesOfStore("keys")
    // A divergence, then a run of hits, which is the one that is audited.
    try project.executed("draw", "--force")
    try project.executed()
    try #require(try project.records().divergences().count == 2)
    let record = project.results + "/assay.sqlite"
    let pristine = try Data(contentsOf: URL(fileURLWithPath: project.path(record)))
    try #require(try project.audited().exit == 0)
    var random = SplitMix(seed: 20_261_125)
    var struck: [String: Int] = [:]
    for number in 0..<500 {
      let name: String
      let deed: String
      let repair: () throws -> Void
      switch number % 3 {
      case 0, 1:
        let files = number % 3 == 0 ? objects : keys
        let file = files[Int.random(in: files.indices, using: &random)]
        let old = try [UInt8](Data(contentsOf: URL(fileURLWithPath: project.path(file))))
        let (place, bit) = (
          Int.random(in: old.indices, using: &random), UInt8.random(in: 0..<8, using: &random)
        )
        var bytes = old
        bytes[place] ^= 1 << bit
        try project.overwrite(file, bytes)
        name = String(file.suffix(60))
        deed = "bit \(bit) of byte \(place)"
        struck[number % 3 == 0 ? "objects" : "keys", default: 0] += 1
        repair = { try project.overwrite(file, old) }
      default:
        var blow: (table: String, deed: String)?
        while blow == nil {
          let corruption = try RowCorruption(project.path(record))
          blow = try corruption.strike(&random)
          try corruption.finish()
        }
        name = "table \(blow?.table ?? "")"
        deed = blow?.deed ?? ""
        struck[blow?.table ?? "", default: 0] += 1
        repair = {
          for suffix in ["-wal", "-shm"] { unlink(project.path(record + suffix)) }
          try pristine.write(to: URL(fileURLWithPath: project.path(record)))
        }
      }
      try expectNamed(name, deed, number, project)
      try repair()
    }
    #expect(try project.audited().exit == 0, "the last was mended")
    #expect(struck.count == RowCorruption.tables.count + 2, "\(struck)")
  }

  private func expectNamed(
    _ name: String, _ deed: String, _ number: Int, _ project: Project
  ) throws {
    if number % 10 == 9 {
      let ending = try project.assay("audit", "latest")
      #expect(ending.exit == 5, "\(number): \(name), \(deed): \(ending.text)")
      #expect(names(name, in: ending.output), "\(number): \(name), \(deed): \(ending.text)")
    } else {
      let report = try project.audited()
      #expect(report.exit == 5, "\(number): \(name), \(deed)")
      let problems = report.problems.map(\.text).joined(separator: "\n")
      #expect(names(name, in: problems), "\(number): \(name), \(deed): \(problems)")
    }
  }

  /// Whether a problem names a file or table, and not another one that begins with the same name.
  private func names(_ name: String, in text: String) -> Bool {
    text.components(separatedBy: name).dropFirst().contains {
      $0.first.map { !$0.isLetter && $0 != "_" } ?? true
    }
  }

  // MARK: Cases that random corruption may miss

  @Test func missingFilesAreReported() throws {
    let project = try AuditProject.make()
    let object = try project.object(of: "a", in: "make@n=1", port: "files")
    try FileManager.default.removeItem(atPath: object)
    let key = try #require(try project.filesOfStore("keys").first)
    try FileManager.default.removeItem(atPath: project.path(key))
    let problems = try project.audited().problems.map(\.text).joined(separator: "\n")
    #expect(problems.contains("a of 'files' of make@n=1): expected an object, found no file"))
    #expect(problems.contains(String(key.suffix(60))) && problems.contains("no such file"))
  }

  @Test func missingTriggerIsReported() throws {
    let project = try AuditProject.make()
    let database = try Database(project.path("results/assay.sqlite"), create: false)
    try database.execute("DROP TRIGGER metric_refuses_update")
    let report = try project.audited()
    #expect(report.problems.map(\.text).joined().contains("no 'trigger metric_refuses_update'"))
  }

  /// A changed result is detected by the record even if all its digests were recomputed.
  @Test func rewrittenKeyFileIsReported() throws {
    let project = try AuditProject.make()
    let layout = try StoreLayout(root: project.path("results/store"))
    let cache = ActionCache(ObjectStore(layout))
    let row = try #require(try project.rows().first { $0.cell == "all" })
    let key = try #require(row.key)
    let record = try #require(try cache.record(key))
    let other = KeyRecord(
      kind: record.kind, revision: record.revision, preImage: try record.preImage,
      artifacts: record.artifacts, metrics: record.metrics, warnings: ["all is well"],
      log: record.log)
    let file = layout.file(for: record.key)
    unlink(file)
    try Data(other.bytes).write(to: URL(fileURLWithPath: file))
    let problems = try project.audited().problems
    #expect(problems.map(\.kind) == [.key])
    #expect(problems.first?.found == "seal \(other.seal.hex)")
  }

  @Test func unreadableDataExitsWithSix() throws {
    let project = try AuditProject.make()
    #expect(try project.assay("audit", "latest", "--store", "nowhere").exit == 6)
    #expect(!project.exists("nowhere"))
    try project.write("this is no database, and never was one", to: "results/assay.sqlite")
    #expect(try project.assay("audit", "latest").exit == 6)
  }

  @Test func usageErrorsAreNotFindings() throws {
    let project = try AuditProject.make()
    #expect(try project.assay("audit").exit == 2)
    #expect(try project.assay("audit", "latest", "--sample", "5%").exit == 2)
    #expect(try project.assay("audit", "latest", "--replay", "--sample", "0%").exit == 2)
    #expect(try project.assay("audit", "latest", "--expect", "12ab").exit == 2)
    #expect(try project.assay("audit", "latest", "--expect", "not a seal").exit == 2)
    let unknown = try project.assay("audit", "nobody")
    #expect(unknown.exit == 1 && unknown.errors.contains("no run 'nobody'"))
    let stage = try project.assay("audit", "latest", "--replay", "--stage", "maek")
    #expect(stage.exit == 2 && stage.errors.contains("'make'"))
  }

  @Test func sealIsComparedWithTheExpectedOne() throws {
    let project = try AuditProject.make()
    try project.executed()
    let runs = try project.records().runs()
    let seals = try runs.map { try #require($0.end?.seal.hex) }
    #expect(try project.assay("audit", "latest", "--expect", seals[0]).exit == 0)
    #expect(try project.audited(expect: String(seals[0].prefix(8))).exit == 0)
    let other = try project.audited(expect: seals[1])
    #expect(other.exit == 5)
    #expect(other.problems.map(\.kind) == [.seal])
    #expect(other.problems[0].expected.contains("which is that of run \(runs[1].run.id)"))
    #expect(try project.audited(expect: "0123456789").exit == 5)
  }

  /// A record that was deleted and written again is consistent in itself.
  @Test func onlyAnExternalSealShowsAReplacedRecord() throws {
    let project = try AuditProject.make()
    let seal = try #require(try project.records().run("latest").end?.seal.hex)
    try FileManager.default.removeItem(atPath: project.path("results/assay.sqlite"))
    try project.executed()
    #expect(try project.audited().exit == 0)
    #expect(try project.audited(expect: seal).exit == 5)
  }

  @Test func failedAndUnfinishedRunsAreAudited() throws {
    let project = try Project(
      """
      { "assay": 1, "name": "failing", "stages": {
        "a": { "uses": "command", "with": { "argv": ["sh", "-c", "echo a > {outputs.files}/a"] } },
        "b": { "uses": "command", "needs": { "x": "a" },
               "with": { "argv": ["sh", "-c", "echo said; exit 3"] } },
        "c": { "uses": "command", "needs": { "x": "b" }, "with": { "argv": ["true"] } } } }
      """)
    #expect(try project.run().exit == 1)
    #expect(try project.audited().problems.map(\.text) == [])
    let database = try Database(project.path("results/assay.sqlite"), create: false)
    let trigger = try database.rows(
      "SELECT sql FROM sqlite_schema WHERE name = 'run_end_refuses_delete'"
    ) { $0.text(0) }
    try database.execute("DROP TRIGGER run_end_refuses_delete; DELETE FROM run_end; \(trigger[0])")
    let problems = try project.audited().problems
    #expect(problems.map(\.kind) == [.seal])
    #expect(problems[0].subject.hasPrefix("table run_end"))
  }

  @Test func anotherVersionIsNotedButNotAProblem() throws {
    let project = try AuditProject.make()
    let layout = try StoreLayout(root: project.path("results/store"))
    let auditor = RunAuditor(
      catalogue: Catalogue([]), cache: ActionCache(ObjectStore(layout)),
      records: try project.records(), threads: 1, version: "9.0.0")
    let report = try auditor.audit("latest")
    #expect(report.exit == 0)
    let notes = report.checks.flatMap(\.notes).joined()
    #expect(
      notes.contains(
        "the pipeline was written for Assay \(AssayVersion.text) and is not valid in 9.0.0"))
  }
}
