internal import Execution
internal import PipelineDSL
internal import Store

extension Verb {
  static let plan = Verb(
    name: "plan", usage: "FILE [STAGE | CELL ...]",
    summary: "Say what a run would do: what is known, what would run and why.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [Workspace.json]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: try planned.json()), terminator: "")
    }
    for index in planned.board.wanted {
      let (state, reason) = try planned.describe(index)
      let padded = state + String(repeating: " ", count: max(1, 10 - state.count))
      print(
        "\(padded)\(planned.pipeline.cells[index].name)\(reason.isEmpty ? "" : "  (\(reason))")")
    }
    print(planned.summary)
  }

  static let status = Verb(
    name: "status", usage: "FILE [STAGE | CELL ...]",
    summary: "Say whether everything is up to date; with -q by the exit code alone.",
    options: Workspace.pipelineOptions + Workspace.storeOptions + [
      Workspace.json, Option("--quiet", short: "-q", "print nothing; exit 4 if out of date"),
    ]
  ) { arguments in
    let planned = try PlannedPipeline(arguments)
    if arguments.has("--quiet") {
      if !planned.isUpToDate { throw CommandError.exit(4) }
      return
    }
    if arguments.has("--json") {
      return print(JSONPrettyForm.text(of: try planned.json()), terminator: "")
    }
    for stage in planned.pipeline.stages {
      let cells = stage.cells.filter { planned.board.wanted.contains($0) }
      let known = cells.count { planned.board.record(of: $0) != nil }
      guard !cells.isEmpty else { continue }
      print(
        "\(known == cells.count ? "up to date" : "out of date")  \(stage.name)"
          + (cells.count > 1 ? "  (\(known) of \(cells.count) cells known)" : ""))
    }
    print(planned.summary)
  }
}

/// A pipeline with everything decided that can be decided without running anything.
struct PlannedPipeline {
  let pipeline: Pipeline
  let board: PlanBoard
  private let explainer: RunExplainer?

  init(_ arguments: Arguments) throws {
    let workspace = Workspace(arguments)
    NumericEnvironment.pin()
    pipeline = try Workspace.pipeline(arguments)
    let targets = try Workspace.targets(arguments.words.dropFirst(), in: pipeline)
    try Workspace.checkLocations(targets, of: pipeline)
    let machine = Machine.current
    let request = RunRequest(
      pipeline: pipeline, machine: machine, executable: "", environment: [:])
    let refused = request.judgeResources().refused
    guard refused.isEmpty else { throw CommandError.invalid(refused.joined(separator: "\n")) }
    let cache = try workspace.openStore()
    var board = try workspace.board(
      pipeline, targets: targets, cache: cache, index: FileIndex(path: cache.layout.index),
      threads: machine.processors)
    try board.decideAll()
    self.board = board
    explainer = (try? workspace.openRecords()).map {
      RunExplainer(pipeline: board.pipeline, cache: cache, records: $0)
    }
  }

  /// Whether nothing would run.
  var isUpToDate: Bool { board.wanted.allSatisfy { board.record(of: $0) != nil } }

  /// `hit`, `run` or `undecided`, and the reason.
  func describe(_ index: Int) throws -> (state: String, reason: String) {
    switch board.states[index] {
    case .hit, .executed: return ("hit", "")
    case .needed(let key, let missReason):
      let cell = pipeline.cells[index]
      let reason = explainer?.shortReason(for: cell, key: key, missReason: missReason)
      // Without a record nothing is known of earlier runs, but what the store says still counts.
      let stored = missReason == ActionCache.notStored ? "first run" : missReason
      return ("run", reason ?? stored)
    case .open, .lost:
      let names = board.blockers(of: index).map { pipeline.cells[$0].name }
      let shown = names.prefix(3).joined(separator: ", ")
      return ("undecided", "until \(shown)\(names.count > 3 ? " and more" : "") has run")
    }
  }

  /// How many cells are in each state, in one line.
  var summary: String {
    var counts = ["hit": 0, "run": 0, "undecided": 0]
    for index in board.wanted {
      switch board.states[index] {
      case .hit, .executed: counts["hit", default: 0] += 1
      case .needed: counts["run", default: 0] += 1
      case .open, .lost: counts["undecided", default: 0] += 1
      }
    }
    return ["hit", "run", "undecided"].map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
      + " of \(board.wanted.count) cells"
  }

  func json() throws -> JSONValue {
    .array(
      try board.wanted.map { index in
        let cell = pipeline.cells[index]
        let (state, reason) = try describe(index)
        var object: JSONObject = [
          "cell": .string(cell.name), "stage": .string(cell.stage), "kind": .string(cell.kind),
          "state": .string(state), "reason": .string(reason),
        ]
        if let key = board.keys[index] { object["key"] = .string(key.digest.hex) }
        if let record = board.record(of: index) {
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
