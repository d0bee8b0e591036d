import Foundation
import PipelineDSL
import Store

@testable import Reports

/// A small store and record in a temporary folder, made through the public interface; removed on
/// deinitialisation.
final class SampleStore {
  let folder: String
  let records: RunRecords
  let cache: ActionCache
  var objects: ObjectStore { cache.objects }

  init() throws {
    folder = NSTemporaryDirectory() + "assay-reports-\(UUID().uuidString)"
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder + "/store")))
    records = try RunRecords(path: folder + "/assay.sqlite")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// One output of a cell.
  struct Output {
    var port: String
    var type: ArtifactType
    var files: [String: [UInt8]]

    init(_ port: String, _ type: ArtifactType, _ files: [String: [UInt8]]) {
      (self.port, self.type, self.files) = (port, type, files)
    }

    init(_ port: String, _ type: ArtifactType, text files: [String: String]) {
      self.init(port, type, files.mapValues { Array($0.utf8) })
    }
  }

  /// A cell of a run to record.
  struct CellPlan {
    var name: String
    var kind: String
    var status = StageStatus.executed
    var reason = "no result is stored under its key"
    var seconds = 1.0
    var memory = 64 << 20
    var parameters: JSONObject = [:]
    var inputs: [(port: String, cell: String, output: String)] = []
    var outputs: [Output] = []
    var metrics: [StageMetric] = []
    var checks: [MetricCheck] = []
    var warnings: [String] = []
    var references: [(metric: String, value: Double, source: String)] = []

    init(_ name: String, _ kind: String) { (self.name, self.kind) = (name, kind) }

    var stage: String { String(name.prefix { $0 != "@" }) }
  }

  /// Stores an artifact and returns its manifest.
  func store(_ output: Output) throws -> ArtifactManifest {
    let files = try output.files.map { path, bytes in
      ArtifactManifest.File(path: path, size: bytes.count, digest: try objects.write(bytes))
    }
    let manifest = ArtifactManifest(files)
    _ = try objects.write(manifest.bytes)
    return manifest
  }

  /// Records a run of some cells, each after those it needs; returns the run.
  func record(
    _ cells: [CellPlan], id: String, pipeline: String = "five-class", text: String,
    parameters: JSONObject = ["seed": 17, "size": 224], started: Double = 1_795_300_000,
    environment: [String: String] = [
      "assay": "1.0", "architecture": "x86_64", "openblas": "0.3.21",
    ],
    end: RunStatus? = .done
  ) throws -> RunSummary {
    let row = RunRow(
      id: id, pipeline: pipeline, pipelineDigest: Digest.of(text),
      command: "assay run Pipelines/\(pipeline).json", host: "bench-3", user: "mara",
      started: started)
    try records.begin(row, pipelineText: text)
    for member in parameters.members {
      try records.add(parameter: member.name, value: member.value, run: id)
    }
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      try records.add(environment: name, value: value, run: id)
    }
    var given: [String: [String: Digest]] = [:]
    for cell in cells { try add(cell, run: row, &given) }
    if let end {
      _ = try records.finish(
        run: id, status: end, exit: end == .done ? 0 : 1,
        finished: started + cells.reduce(2) { $0 + $1.seconds })
    }
    return try records.run(id)
  }

  private func add(
    _ cell: CellPlan, run: RunRow, _ given: inout [String: [String: Digest]]
  ) throws {
    var inputs = JSONObject()
    for input in cell.inputs {
      try records.add(
        EdgeRow(from: input.cell, output: input.output, to: cell.name, input: input.port),
        run: run.id)
      guard let digest = given[input.cell]?[input.output] else { continue }
      inputs[input.port] = .array((inputs[input.port]?.elements ?? []) + [.string(digest.hex)])
    }
    let preImage: JSONValue = [
      "kind": .string(cell.kind), "parameters": .object(cell.parameters),
      "inputs": .object(inputs),
    ]
    let hasResult = cell.status == .hit || cell.status == .executed
    let manifests = try cell.outputs.map { ($0, try store($0)) }
    let log = try objects.write(Array("loading\nstep 1\nTraceback <module>\n".utf8))
    let record = KeyRecord(
      kind: cell.kind, revision: 1, preImage: preImage,
      artifacts: Dictionary(
        uniqueKeysWithValues: manifests.map { output, manifest in
          (
            output.port,
            KeyRecord.Artifact(
              type: output.type, digest: manifest.digest, bytes: manifest.totalSize)
          )
        }), metrics: cell.metrics, warnings: cell.warnings, log: log)
    var row = StageRunRow(
      run: run.id, cell: cell.name, stage: cell.stage, kind: cell.kind,
      key: cell.status == .skipped ? nil : record.key, status: cell.status, reason: cell.reason,
      started: run.started + 1)
    if cell.status != .hit, cell.status != .skipped {
      (row.attempt, row.seconds, row.peakMemory) = (1, cell.seconds, cell.memory)
    }
    if cell.status != .skipped { row.log = log }
    if cell.status == .failed { row.scratch = "results/store/scratch/\(run.id)/3-\(cell.stage)" }
    let number = try records.add(row)
    try addReferences(of: cell, run: run)
    guard hasResult else { return }
    _ = try cache.publish(record)
    given[cell.name] = record.artifacts.mapValues(\.digest)
    for (output, manifest) in manifests {
      try records.add(
        ArtifactRow(
          stageRun: number, port: output.port, type: output.type, digest: manifest.digest,
          bytes: manifest.totalSize))
    }
    try addNumbers(of: cell, as: number, run: run)
  }

  private func addReferences(of cell: CellPlan, run: RunRow) throws {
    for reference in cell.references {
      let text: JSONValue = [
        "metric": .string(reference.metric), "value": .number(reference.value),
        "source": .string(reference.source),
      ]
      try records.add(
        EventRow(
          run: run.id, kind: "reference", subject: cell.name,
          text: JSONCanonicalForm.text(of: text), at: run.started))
    }
  }

  private func addNumbers(of cell: CellPlan, as number: Int, run: RunRow) throws {
    for metric in cell.metrics { try records.add(MetricRow(stageRun: number, metric: metric)) }
    for check in cell.checks {
      let value = cell.metrics.last { $0.name == check.metric }?.value
      try records.add(
        CheckRow(
          stageRun: number, metric: check.metric, relation: check.relation.rawValue,
          threshold: check.threshold, value: value, met: check.isMet(by: value)))
    }
    for warning in cell.warnings {
      try records.add(
        EventRow(run: run.id, kind: "warning", subject: cell.name, text: warning, at: run.started))
    }
  }
}

extension SampleStore {
  /// The report context for a run of some cells.
  func context(
    _ cells: [CellPlan], imageBudget: Int = RunReport.defaultImageBudget, place: ReportPlace? = nil,
    end: RunStatus? = .done
  ) throws -> ReportContext {
    let run = try record(cells, id: "20261121-231501-ab12cd", text: SampleCells.text, end: end)
    let reader = ArtifactReader(objects)
    let facts = try RunFacts(run, records)
    return ReportContext(
      facts: facts, reader: reader, secondsSaved: 0,
      pictures: ReportPictures(facts, reader, budget: imageBudget, files: ReportFiles(place)),
      change: try RunChange(facts, records, cache), resolved: EffectiveParameters(facts, cache))
  }

  /// Deletes the file of an object without telling the store.
  func lose(_ digest: Digest) throws {
    try FileManager.default.removeItem(atPath: objects.path(digest))
  }
}

extension SampleStore {
  /// Adds a missing location to a run.
  func addMissing(to run: String) throws {
    let location = MissingLocation(
      cell: "pbc", stages: ["pbc"], parameter: "root", path: "data/PBC",
      problem: "no such location", whereToGet: "https://example.org", cells: 2)
    try records.add(location.event(run: run, at: 1_795_300_000))
  }
}

extension [SampleStore.CellPlan] {
  /// The plans of some stages, by name.
  func only(_ stages: String...) -> Self { filter { stages.contains($0.stage) } }
}
