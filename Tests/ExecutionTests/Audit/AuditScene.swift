import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

/// A recorded run of a -> b for two axis values, with fabricated results.
final class AuditScene {
  static let text = """
    {"assay": 1, "name": "scene", "parameters": {"word": "x"}, "axes": {"n": [1, 2]}, "stages": {
      "a": {"uses": "give", "with": {"text": "${word}${n}"}},
      "b": {"uses": "pass", "needs": "a",
            "checks": [{"metric": "m", "at-least": 0.25}, {"metric": "k", "at-most": 1}]},
      "all": {"uses": "pass", "needs": "a", "gather": "n"}}}
    """
  static let catalogue = Catalogue([StageDescriptor(Give.self), StageDescriptor(Pass.self)])
  static let id = "20261125-120000-abcdef"

  let folder: String
  let cache: ActionCache
  let records: RunRecords
  let pipeline: Pipeline

  /// Records a run; the closures can make the store or the record differ from what was done.
  init(
    facts: [String: String] = ["assay": "1"],
    preImage: (Cell, JSONValue) -> JSONValue = { $1 },
    recorded: (Cell, KeyRecord) -> KeyRecord = { $1 },
    request change: (inout RunRequest) -> Void = { _ in }
  ) throws {
    folder = NSTemporaryDirectory() + "assay-audit-\(UUID().uuidString)"
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder + "/store")))
    records = try RunRecords(path: folder + "/assay.sqlite")
    pipeline = try PipelineResolver.resolve(
      bytes: Array(Self.text.utf8), file: "scene.json", catalogue: Self.catalogue)
    var request = RunRequest(
      pipeline: pipeline, machine: Machine(processors: 1, memory: 1 << 30), executable: "",
      environment: [:])
    request.facts = facts
    change(&request)
    var recorder = try RunRecorder(
      records, run: Self.id, request: request, wanted: Array(pipeline.cells.indices),
      catalogue: Self.catalogue)
    var given: [Int: KeyRecord] = [:]
    for cell in pipeline.cells {
      var content = StageKey.Content()
      for input in cell.inputs {
        guard let artifact = given[input.cell]?.artifacts[input.output] else { continue }
        content.inputs[input.port, default: []].append((artifact.digest, input.coordinates))
      }
      let kind = try #require(Self.catalogue[cell.kind])
      let key = StageKey(cell: cell, kind: kind, content: content)
      let record = try store(cell, preImage(cell, key.preimage))
      _ = try cache.publish(record)
      given[cell.index] = record
      try recorder.executed(
        cell, recorded(cell, record), reason: "first run", attempt: 1,
        JobRunner.Ended(attempt: "", started: 1, seconds: 1), usage: WorkerUsage(), log: record.log
      ) { _ in }
    }
    try recorder.end(.done, exit: 0)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func store(_ cell: Cell, _ preImage: JSONValue) throws -> KeyRecord {
    let content = Array("\(cell.name)\n".utf8)
    let file = ArtifactManifest.File(
      path: "f", size: content.count, digest: try cache.objects.write(content))
    let manifest = ArtifactManifest([file])
    return KeyRecord(
      kind: cell.kind, revision: 1, preImage: preImage,
      artifacts: [
        "files": .init(
          type: .files, digest: try cache.objects.write(manifest.bytes), bytes: content.count)
      ],
      metrics: [StageMetric("m", step: 1, 0.5), StageMetric("m", step: 2, .nan)],
      warnings: ["one", "two"], log: try cache.objects.write(Array("log of \(cell.name)".utf8)))
  }

  func run() throws -> AuditedRun {
    try AuditedRun(try records.run(Self.id), records)
  }

  /// The key files as an audit finds them.
  func keys() throws -> [Digest: KeyRecord] {
    var audit = KeyAudit(run: try run(), cache: cache, records: records)
    _ = audit.check()
    return audit.found
  }

  func audit(version: String = "1", expect: String? = nil) throws -> AuditReport {
    try RunAuditor(
      catalogue: Self.catalogue, cache: cache, records: records, threads: 2, version: version
    ).audit("latest", expect: expect)
  }
}

extension JSONValue {
  /// The object with the value under a name replaced.
  func with(_ name: String, _ value: JSONValue?) -> JSONValue {
    var object = object ?? [:]
    object[name] = value
    return .object(object)
  }
}
