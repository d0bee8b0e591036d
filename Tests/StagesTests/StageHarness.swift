import Foundation
import PipelineDSL
import Synchronization
import TestSupport

@testable import Stages

/// Runs stages in a temporary folder, as the runner would; the folder is removed with the harness.
final class StageHarness {
  /// The folder that contains all files of this harness.
  var folder: String { temporary.path }
  private let temporary: TemporaryFolder
  private var snapshots: [LocationSnapshot] = []
  private var runs = 0

  init() throws {
    temporary = try TemporaryFolder()
  }

  /// Writes files below a folder of the harness and returns its path, for use as a location.
  func write(_ files: [(path: String, bytes: [UInt8])], under name: String) throws -> String {
    let root = "\(folder)/\(name)"
    for file in files { try temporary.write("\(name)/\(file.path)", file.bytes) }
    return root
  }

  /// An artifact of given files.
  func artifact(
    _ name: String, _ files: [(path: String, bytes: [UInt8])],
    coordinates: [String: JSONValue] = [:]
  ) throws -> InputArtifact {
    try Self.artifact(
      try write(files, under: "artifacts/\(name)"), stage: name, coordinates: coordinates)
  }

  /// Runs a kind of the catalogue; `locations` are paths by parameter name.
  ///
  /// `problems` are the files that the runner would have left out of each location. Later runs may
  /// open the originals of earlier ones, as descendants may. `body` runs instead of the kind's own
  /// code, for tests that supply a part of it, such as a model.
  func run(
    _ kind: String, _ with: JSONObject = [:], inputs: [String: [InputArtifact]] = [:],
    locations: [String: String] = [:], problems: [LocationSnapshot.Problem] = [],
    seed: UInt64 = 17, threads: Int = 2, memo: MemoFolder = .none,
    body: ((JSONObject, StageContext) throws -> Void)? = nil
  ) throws -> StageOutcome {
    guard let descriptor = StageCatalogue.all[kind] else { throw StageError("no kind '\(kind)'") }
    var given = with
    var taken: [String: LocationSnapshot] = [:]
    for (name, path) in locations {
      given[name] = .string(path)
      let found = try Self.snapshot(of: path)
      taken[name] = LocationSnapshot(
        root: found.root, isFile: found.isFile, entries: found.entries, problems: problems)
    }
    snapshots += taken.values
    let resolved = try descriptor.resolve(given)
    runs += 1
    let scratch = "\(folder)/scratch/\(runs)"
    for port in resolved.ports.outputs {
      try FileManager.default.createDirectory(
        atPath: "\(scratch)/\(port.name)", withIntermediateDirectories: true)
    }
    let events = RecordedEvents()
    let work = body ?? descriptor.run
    try work(
      resolved.values,
      StageContext(
        inputs: inputs, locations: taken, originals: OriginalFiles(snapshots),
        seed: descriptor.draws ? seed : 0, threads: threads, scratch: scratch,
        state: StateFolder("\(folder)/state/\(runs)"), memo: memo, events: events))
    var artifacts: [String: InputArtifact] = [:]
    for port in resolved.ports.outputs {
      artifacts[port.name] = try Self.artifact("\(scratch)/\(port.name)", stage: kind)
    }
    return StageOutcome(artifacts: artifacts, events: events, harness: self)
  }

  /// The files below a path, as the runner would list them.
  static func snapshot(of root: String) throws -> LocationSnapshot {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else {
      throw StageError("\(root): no such file or folder")
    }
    if !isFolder.boolValue {
      let name = URL(fileURLWithPath: root).lastPathComponent
      return LocationSnapshot(root: root, isFile: true, entries: [try entry(name, root)])
    }
    let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    return LocationSnapshot(
      root: root, entries: try files.map { try entry($0, "\(root)/\($0)") })
  }

  private static func entry(_ path: String, _ file: String) throws -> LocationSnapshot.Entry {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    return LocationSnapshot.Entry(path: path, size: bytes.count, digest: Digest.of(bytes))
  }

  private static func artifact(
    _ path: String, stage: String, coordinates: [String: JSONValue] = [:]
  ) throws -> InputArtifact {
    let content = try snapshot(of: path)
    return InputArtifact(
      digest: content.digest, coordinates: coordinates, stage: stage,
      files: Dictionary(uniqueKeysWithValues: content.entries.map { ($0.path, content.file($0)) }))
  }
}

/// The artifacts and events of a stage.
struct StageOutcome {
  /// The artifacts by output port.
  let artifacts: [String: InputArtifact]
  /// The events that it reported.
  let events: RecordedEvents
  /// Keeps the folder of the artifacts for as long as they may be read.
  let harness: StageHarness

  /// The artifact of a port.
  subscript(port: String) -> InputArtifact {
    guard let artifact = artifacts[port] else { preconditionFailure("no port '\(port)'") }
    return artifact
  }

  /// The first twelve digits of each artifact's digest, by port, for tests to pin.
  var digests: [String: String] { artifacts.mapValues(\.digest.short) }

  /// The rows of a table.
  func table(_ port: String, _ file: String) throws -> CSVTable {
    try CSVTable(parsing: self[port].bytes(file))
  }

  /// The text of a file.
  func text(_ port: String, _ file: String) throws -> String {
    String(decoding: try self[port].bytes(file), as: UTF8.self)
  }

  /// The values of the metrics without steps, by name.
  var metrics: [String: Double] {
    Dictionary(
      events.metrics.filter { $0.step == nil }.map { ($0.name, $0.value) },
      uniquingKeysWith: { $1 })
  }
}

/// Records events for a test to inspect.
final class RecordedEvents: StageEvents {
  private struct Record {
    var progress: [StageProgress] = []
    var metrics: [StageMetric] = []
    var warnings: [String] = []
    var log: [String] = []
  }
  private let record = Mutex(Record())

  var progress: [StageProgress] { record.withLock { $0.progress } }
  var metrics: [StageMetric] { record.withLock { $0.metrics } }
  var warnings: [String] { record.withLock { $0.warnings } }
  var log: [String] { record.withLock { $0.log } }

  func progress(_ progress: StageProgress) { record.withLock { $0.progress.append(progress) } }
  func metric(_ metric: StageMetric) { record.withLock { $0.metrics.append(metric) } }
  func warn(_ text: String) { record.withLock { $0.warnings.append(text) } }
  func log(_ text: String) { record.withLock { $0.log.append(text) } }
}

/// The folder of real data beside the project, or `nil` if it is missing.
let sharedData: String? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let path = root.appendingPathComponent("shared/data").path
  return FileManager.default.fileExists(atPath: path) ? path : nil
}()
