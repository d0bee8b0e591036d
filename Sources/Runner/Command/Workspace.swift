internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Stages
internal import Store

/// The files that a verb uses: the pipeline, the store, the record.
struct Workspace {
  /// Options of verbs that read a pipeline.
  static let pipelineOptions = [
    Option("--set", short: "-S", value: "NAME=VALUE", "override of a parameter; may be repeated"),
    Option("--parameters", value: "FILE", "JSON file with an object of parameters to override"),
    Option(
      "--axis", value: "NAME=VALUES",
      "values of an axis, such as seed=1..5 or size=32,64; may be repeated"),
  ]
  /// Options of verbs that use the store or the record.
  static let storeOptions = [
    Option("--results", value: "DIR", "folder of the store and the record (default: results)"),
    Option("--store", value: "DIR", "folder of the store (default: RESULTS/store)"),
  ]
  static let json = Option("--json", "output as JSON")

  let results: String
  let storeRoot: String

  init(_ arguments: Arguments) {
    results = arguments.last("--results") ?? "results"
    storeRoot = arguments.last("--store") ?? results + "/store"
  }

  /// The path of the record.
  var recordPath: String { results + "/assay.sqlite" }

  /// Opens the store; creates it if it does not exist.
  func openStore() throws -> ActionCache {
    let layout = try StoreLayout(root: storeRoot)
    return ActionCache(ObjectStore(layout))
  }

  /// The remote that a word of the command line names.
  static func remote(_ name: String) throws(StoreError) -> any Remote {
    try Remotes.named(name, environment: ProcessInfo.processInfo.environment)
  }

  /// Opens the record if it exists.
  func openRecordsIfAny() throws -> RunRecords? {
    FileManager.default.fileExists(atPath: recordPath) ? try openRecords() : nil
  }

  /// Opens the record; creates it if it does not exist and `create` is set.
  func openRecords(create: Bool = false) throws -> RunRecords {
    try RunRecords(path: recordPath, create: create)
  }

  // MARK: Pipelines

  /// Reads and checks a pipeline; throws the diagnostics as text if it is invalid.
  static func pipeline(_ arguments: Arguments) throws(CommandError) -> Pipeline {
    switch try resolution(arguments) {
    case .success(let pipeline): return pipeline
    case .failure(let problems):
      guard arguments.has("--json") else { throw .invalid(problems.description) }
      print(CheckFormat.json.text(of: problems), terminator: "")
      throw .exit(3)
    }
  }

  /// Reads and checks a pipeline.
  static func resolution(
    _ arguments: Arguments
  ) throws(CommandError) -> Result<Pipeline, Diagnostics> {
    let file = try arguments.word(0, "FILE")
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .usage("\(file): no such file\(nearby(file))")
    }
    let (overrides, axes) = try (overrides(arguments), AxisOption.axes(arguments))
    do throws(Diagnostics) {
      return .success(
        try PipelineResolver.resolve(
          bytes: [UInt8](data), file: file, overrides: overrides, axes: axes,
          catalogue: StageCatalogue.all))
    } catch {
      return .failure(error)
    }
  }

  /// A hint that names a similar file in the same folder.
  private static func nearby(_ file: String) -> String {
    let url = URL(fileURLWithPath: file)
    let folder = url.deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return NearestName.hint(for: url.lastPathComponent, among: names)
  }

  private static func overrides(
    _ arguments: Arguments
  ) throws(CommandError) -> [(name: String, value: JSONValue)] {
    var overrides: [(name: String, value: JSONValue)] = []
    for file in arguments.all("--parameters") {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw .usage("\(file): cannot be read")
      }
      let parsed: JSONValue
      do throws(JSONSyntaxError) { parsed = try JSONParser.parse([UInt8](data)) } catch {
        throw .invalid(
          "\(file):\(error.position.line):\(error.position.column): error: \(error.reason)")
      }
      guard let object = parsed.object else {
        throw .invalid("\(file):1:1: error: expected an object, found \(parsed.kindName)")
      }
      overrides += object.members.map { ($0.name, $0.value) }
    }
    for setting in arguments.all("--set") {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw .usage("--set takes NAME=VALUE, not '\(setting)'")
      }
      // A valid JSON value is taken as JSON; other text is a string, so that paths need no quotes.
      let text = String(parts[1])
      overrides.append((String(parts[0]), (try? JSONParser.parse(text)) ?? .string(text)))
    }
    return overrides
  }

  /// The cells that arguments name: a stage or a single cell each; all cells if there are none.
  static func targets(
    _ words: some Sequence<String>, in pipeline: Pipeline
  ) throws(CommandError) -> [Int] {
    var targets: [Int] = []
    for word in words {
      if let stage = pipeline.stage(word) {
        targets += stage.cells
      } else if let cell = pipeline.cell(named: word) {
        targets.append(cell.index)
      } else {
        let known = pipeline.stages.map(\.name) + pipeline.cells.map(\.name)
        let near = NearestName.hint(for: word, among: known)
        throw .usage("the pipeline has no stage or cell '\(word)'\(near)")
      }
    }
    return targets.isEmpty ? Array(pipeline.cells.indices) : targets
  }

  /// Checks the locations of the targets before anything is written.
  ///
  /// Throws if one cannot be used, or if every cell needs one that does not exist.
  static func checkLocations(_ targets: [Int], of pipeline: Pipeline) throws(RunError) {
    _ = try MissingData(
      pipeline.closure(of: targets), of: pipeline, catalogue: StageCatalogue.all)
  }
}
