import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

/// A temporary folder with a pipeline file, data and results, as a user would have.
final class Project: Sendable {
  /// A cell as reported by `assay plan --json`.
  struct PlannedCell {
    let state: String
    let reason: String
    let artifacts: [String: String]
  }

  static let file = "pipeline.json"
  var folder: String { temporary.path }
  private let temporary: TemporaryFolder
  /// The folder of results, relative to `folder`.
  let results: String

  /// Creates a project with a pipeline.
  init(_ pipeline: String, results: String = "results") throws {
    temporary = try TemporaryFolder()
    self.results = results
    try write(pipeline, to: Self.file)
  }

  // MARK: Files

  /// A path inside the folder.
  func path(_ name: String) -> String { folder + "/" + name }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try temporary.write(name, bytes)
  }

  func read(_ name: String) throws -> String { try temporary.read(name) }

  func move(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
  }

  /// Replaces text that must occur exactly once in the pipeline file.
  func edit(_ old: String, to new: String) throws {
    let text = try read(Self.file)
    try #require(text.components(separatedBy: old).count == 2, "'\(old)' must occur exactly once")
    try write(text.replacingOccurrences(of: old, with: new), to: Self.file)
  }

  // MARK: The command

  /// Runs `assay` with some arguments, to its end.
  func assay(_ words: String...) throws -> SpawnedProgram.Ending {
    try SpawnedProgram(words, in: folder).wait()
  }

  /// Starts `assay run` in the background.
  func start(_ words: String...) throws -> SpawnedProgram {
    try SpawnedProgram(["run", Self.file, "--results", results] + words, in: folder)
  }

  /// Runs `assay run`, to its end.
  func run(_ words: String...) throws -> SpawnedProgram.Ending {
    try SpawnedProgram(["run", Self.file, "--results", results] + words, in: folder).wait()
  }

  /// Runs `assay run`, requires its exit code and returns the names of the cells that ran.
  @discardableResult
  func executed(_ words: String..., exit: Int32 = 0) throws -> Set<String> {
    try executed(words, exit: exit)
  }

  /// Runs `assay run` with a list of words, as `executed(_:exit:)` does.
  @discardableResult
  func executed(_ words: [String], exit: Int32 = 0) throws -> Set<String> {
    let ending = try SpawnedProgram(
      ["run", Self.file, "--results", results] + words, in: folder
    ).wait()
    try #require(ending.exit == exit, "\(ending.text)")
    return try Set(
      rows().filter { $0.status == .executed }.map(\.cell))
  }

  /// The cells of a plan by name.
  func plan(in results: String? = nil) throws -> [String: PlannedCell] {
    let ending = try assay("plan", Self.file, "--results", results ?? self.results, "--json")
    try #require(ending.exit == 0, "\(ending.text)")
    let cells = try #require(try JSONParser.parse(ending.output).elements)
    return Dictionary(
      uniqueKeysWithValues: try cells.map { cell in
        let artifacts = cell["artifacts"]?.object?.members ?? []
        return (
          try #require(cell["cell"]?.text),
          PlannedCell(
            state: cell["state"]?.text ?? "", reason: cell["reason"]?.text ?? "",
            artifacts: Dictionary(
              uniqueKeysWithValues: artifacts.map { ($0.name, $0.value.text ?? "") }))
        )
      })
  }

  /// The digests of all artifacts; every cell must be cached.
  func digests(in results: String? = nil) throws -> [String: String] {
    var digests: [String: String] = [:]
    for (name, cell) in try plan(in: results) {
      try #require(cell.state == "hit", "\(name): \(cell.state) \(cell.reason)")
      try #require(!cell.artifacts.isEmpty)
      for (port, digest) in cell.artifacts { digests["\(name).\(port)"] = digest }
    }
    return digests
  }

  func why(_ stage: String) throws -> String {
    let ending = try assay("why", Self.file, stage, "--results", results)
    try #require(ending.exit == 0, "\(ending.text)")
    return ending.output
  }

  // MARK: Store and record

  /// The record of runs.
  func records() throws -> RunRecords {
    try RunRecords(path: path(results + "/assay.sqlite"), create: false)
  }

  /// The recorded cells of a run.
  func rows(of run: String = "latest") throws -> [StageRunRow] {
    let records = try records()
    return try records.stageRuns(run: records.run(run).run.id)
  }

  /// The status of each cell in a run.
  func statuses(of run: String = "latest") throws -> [String: StageStatus] {
    let rows = try rows(of: run)
    try #require(Set(rows.map(\.cell)).count == rows.count, "a cell is recorded twice")
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.cell, $0.status) })
  }

  /// The path of an object in the store.
  func object(_ digest: String) -> String {
    path("\(results)/store/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
  }

  /// The path of the object that holds a file of an artifact.
  func object(of file: String, in cell: String, port: String) throws -> String {
    let digest = try #require(try plan()[cell]?.artifacts[port])
    let manifest = try String(contentsOfFile: object(digest), encoding: .utf8)
    let line = manifest.split(separator: "\n").compactMap { ManifestLine(parsing: $0) }
      .first { $0.path == file }
    return object(try #require(line, "\(file) is not in \(manifest)").digest.hex)
  }

  /// The text of a file of an artifact.
  func text(of file: String, in cell: String, port: String) throws -> String {
    try String(contentsOfFile: try object(of: file, in: cell, port: port), encoding: .utf8)
  }

  /// The log kept with the latest execution of a cell.
  func log(of cell: String) throws -> String {
    let row = try rows().first { $0.cell == cell && $0.status == .executed }
    let digest = try #require(row?.log, "'\(cell)' kept no log")
    return try String(contentsOfFile: object(digest.hex), encoding: .utf8)
  }
}
