import Glibc
import PipelineDSL
import TestSupport
import Testing

@testable import Store

/// A store and a record for tests of garbage collection.
struct GarbageScene {
  let folder: TemporaryFolder
  let cache: ActionCache
  let records: RunRecords

  init() throws {
    folder = try TemporaryFolder()
    cache = ActionCache(try folder.store())
    records = try folder.records()
  }

  var layout: StoreLayout { cache.layout }

  /// Publishes a result with one file of its own and, if given, one shared with others.
  @discardableResult
  func result(
    _ name: String, content: String? = nil, shared: String? = nil, log: String? = nil,
    location: Digest? = nil
  ) throws -> KeyRecord {
    var files: [ArtifactManifest.File] = []
    for (path, text) in [("own", content ?? "content of \(name)"), ("shared", shared)] {
      guard let text else { continue }
      files.append(
        .init(path: path, size: text.utf8.count, digest: try cache.objects.write(Array(text.utf8))))
    }
    let manifest = ArtifactManifest(files)
    var preImage: JSONObject = ["name": .string(name)]
    if let location { preImage["locations"] = ["root": .string(location.hex)] }
    let record = KeyRecord(
      kind: "evaluate", revision: 1, preImage: .object(preImage),
      artifacts: [
        "files": .init(
          type: .files, digest: try cache.objects.write(manifest.bytes), bytes: manifest.totalSize)
      ], log: try log.map { try cache.objects.write(Array($0.utf8)) })
    _ = try cache.publish(record)
    return record
  }

  /// Records a run that used some results.
  func run(
    _ id: String, pipeline: String = "p", _ results: [KeyRecord], status: RunStatus? = .done,
    seconds: Double = 1, failedLog: Digest? = nil
  ) throws {
    var run = SampleRun(id: id)
    run.pipeline = pipeline
    try records.begin(run.row, pipelineText: SampleRun.text)
    for (index, result) in results.enumerated() {
      var row = StageRunRow(
        run: id, cell: "c\(index)", stage: "c\(index)", kind: "evaluate", key: result.key,
        status: .executed, reason: "", started: 1)
      row.seconds = seconds
      try records.add(row)
    }
    if let failedLog {
      var row = StageRunRow(
        run: id, cell: "f", stage: "f", kind: "evaluate", key: Digest.of("f" + id),
        status: .failed, reason: "", started: 1)
      row.log = failedLog
      try records.add(row)
    }
    if let status {
      _ = try records.finish(run: id, status: status, exit: 0, finished: 2)
    }
  }

  func mark(_ kind: String, _ run: String, _ subject: String = "") throws {
    try records.add(EventRow(run: run, kind: kind, subject: subject, at: 0))
  }

  /// Collects what is older than `grace` seconds, keeping `keep` runs of each pipeline.
  func collect(
    grace: Double = 0, keep: Int? = 1, records: Bool = true,
    _ change: (inout GarbageCollector.Options) -> Void = { _ in },
    cost: (Digest) -> Double? = { _ in nil }
  ) throws -> GarbageReport {
    // File times have a resolution of some milliseconds.
    usleep(25_000)
    var options = GarbageCollector.Options(grace: grace)
    change(&options)
    var collector = try GarbageCollector(
      cache, options, records: records ? self.records : nil, keep: records ? keep : nil)
    return try collector.collect(cost: cost)
  }

  func isHit(_ record: KeyRecord) -> Bool { cache.lookup(record.key) == .hit(record) }

  /// Checks that every result in the store has all its objects.
  func checkWhole() throws {
    let check = try StoreCheck(cache, threads: 2)
    #expect(check.damaged == [])
    #expect(check.incomplete == [])
  }
}
