internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Stages
internal import Store

/// A plan as text or JSON.
struct PlannedPipeline {
  /// The maximum number of files that a plan lists per cell and kind of change; `why` lists all.
  private static let fileLimit = 100

  let plan: RunPlan
  private let cache: ActionCache
  private let records: RunRecords?
  var pipeline: Pipeline { plan.pipeline }

  /// Reads all locations and makes the plan; targets and their options are as for `run`.
  init(_ arguments: Arguments) throws {
    let workspace = Workspace(arguments)
    NumericEnvironment.pin()
    let pipeline = try Workspace.pipeline(arguments)
    records = try workspace.openRecordsIfAny()
    let targets = try RunTargets(arguments, in: pipeline, records: records)
    try Workspace.checkLocations(targets.cells, of: pipeline)
    let machine = Machine.current
    var request = RunRequest(
      pipeline: pipeline, machine: machine, executable: "",
      environment: ProcessInfo.processInfo.environment)
    request.profile = try ProfileOptions.profile(arguments)
    try request.requireResources()
    cache = try workspace.openStore()
    let board = try PlanBoard.read(
      pipeline, targets: targets.cells, forced: targets.forced, catalogue: StageCatalogue.all,
      cache: cache, index: FileIndex(path: cache.layout.index), threads: machine.processors)
    plan = try RunPlan(board, pipeline: pipeline, cache: cache, records: records)
  }

  /// What the run would cost, with the processors and jobs that the options select.
  func estimate(_ arguments: Arguments) throws -> RunEstimate {
    let machine = Machine.current
    let processors = min(try arguments.count("--cpus") ?? .max, machine.processors)
    return try RunEstimate(
      plan.board, cache: cache, records: records,
      machine: Machine(processors: processors, memory: machine.memory),
      jobs: try arguments.count("--jobs") ?? processors)
  }

  /// The number of cells in each state, in one line.
  var summary: String {
    plan.counts.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
      + " of \(plan.board.wanted.count) cells"
  }

  // MARK: Text

  /// Two lines per location that does not exist: which stages need it, and where to get the data.
  var missingLines: [String] {
    plan.board.missingData.locations.flatMap { location in
      [Self.padded("missing") + location.sentence, Self.padded("") + location.remedy]
    }
  }

  /// One line per cell.
  var cellLines: [String] {
    plan.board.wanted.map { index in
      let verdict = plan.verdict(index)
      let reason = verdict.reason.isEmpty ? "" : "  (\(verdict.reason))"
      return Self.padded(verdict.state) + pipeline.cells[index].name + reason
    }
  }

  /// One line per stage, or several if its cells differ: what would run, how many cells, and why.
  var stageLines: [String] {
    let wanted = Set(plan.board.wanted)
    return pipeline.stages.flatMap { stage -> [String] in
      let cells = stage.cells.filter(wanted.contains)
      let groups = grouped(cells) { index in
        let verdict = plan.verdict(index)
        return [verdict.state, verdict.common]
      }
      return groups.map { heading, members in
        var line = Self.padded(heading[0]) + stage.name
        if cells.count > 1 { line += "  " + share(members, of: cells.count) }
        return line + (heading[1].isEmpty ? "" : "  (\(heading[1]))")
      }
    }
  }

  /// `28 cells`, or some of them: `3 of 28 cells: backbone=vgg16, ...`.
  func share(_ members: [Int], of count: Int) -> String {
    guard members.count < count else { return "\(count) cells" }
    let names = members.prefix(2).map { index in
      String(pipeline.cells[index].name.dropFirst(pipeline.cells[index].stage.count + 1))
    }
    return "\(members.count) of \(count) cells: \(names.joined(separator: "; "))"
      + (members.count > 2 ? "; ..." : "")
  }

  /// The cells grouped by a key, in the order in which each key first occurs.
  func grouped<Key: Hashable>(
    _ cells: some Sequence<Int>, by key: (Int) -> Key
  ) -> [(key: Key, members: [Int])] {
    var groups: [(key: Key, members: [Int])] = []
    var places: [Key: Int] = [:]
    for index in cells {
      let key = key(index)
      if let place = places[key] {
        groups[place].members.append(index)
      } else {
        places[key] = groups.count
        groups.append((key, [index]))
      }
    }
    return groups
  }

  /// The missing locations that a cell or a cell before it names.
  private func missing(for index: Int) -> [MissingLocation] {
    let paths = Set(
      pipeline.closure(of: [index]).flatMap { pipeline.cells[$0].locations.values })
    return plan.board.missingData.locations.filter { paths.contains($0.path) }
  }

  private static func padded(_ state: String) -> String {
    state + String(repeating: " ", count: max(1, 11 - state.count))
  }

  // MARK: JSON

  /// The plan as JSON: one element per cell.
  func json() -> JSONValue {
    .array(
      plan.board.wanted.map { index in
        let cell = pipeline.cells[index]
        let verdict = plan.verdict(index)
        var object: JSONObject = [
          "cell": .string(cell.name), "stage": .string(cell.stage), "kind": .string(cell.kind),
          "state": .string(verdict.state), "reason": .string(verdict.reason),
        ]
        if let key = plan.board.keys[index] { object["key"] = .string(key.hex) }
        if verdict.state == "blocked" {
          object["missing"] = .array(missing(for: index).map(\.json))
        }
        if !verdict.until.isEmpty {
          object["until"] = .array(verdict.until.map { .string(pipeline.cells[$0].name) })
        }
        if let explanation = verdict.explanation {
          object["earlier-run"] = (explanation.earlier?.run).json
          object["changes"] = .array(explanation.changes.map { $0.json(limit: Self.fileLimit) })
        }
        if let record = plan.board.record(of: index) {
          object["artifacts"] = .object(
            JSONObject(
              record.artifacts.sorted { $0.key < $1.key }.map {
                ($0.key, .string($0.value.digest.hex))
              }))
        }
        return .object(object)
      })
  }
}
