internal import Execution
internal import PipelineDSL
internal import Store

/// A pipeline with everything decided that can be decided without running anything.
struct PlannedPipeline {
  /// What a plan says of a cell.
  struct Verdict {
    /// `hit`, `run` or `undecided`.
    let state: String
    /// Why, in a few words; empty for a hit.
    let reason: String
    /// What differs from the nearest earlier key, if that is the reason.
    var explanation: RunExplainer.Explanation?
    /// For an undecided cell, the cells that have to run first.
    var until: [Int] = []
    /// The reason in words that all cells of a stage can share: stages stand for their cells.
    var common: String
  }

  /// How many files of each kind of change a plan names for a cell; `why` names all.
  private static let fileLimit = 100

  let pipeline: Pipeline
  let board: PlanBoard
  let explainer: RunExplainer?

  /// Looks at all locations and decides; `words` name the targets, and with `--force` as `run` takes
  /// it what is named counts as unknown.
  init(_ arguments: Arguments) throws {
    let workspace = Workspace(arguments)
    NumericEnvironment.pin()
    pipeline = try Workspace.pipeline(arguments)
    let records = try workspace.openRecordsIfAny()
    let targets = try RunTargets(arguments, in: pipeline, records: records)
    try Workspace.checkLocations(targets.cells, of: pipeline)
    let machine = Machine.current
    let request = RunRequest(
      pipeline: pipeline, machine: machine, executable: "", environment: [:])
    let refused = request.checkResources().refused
    guard refused.isEmpty else { throw CommandError.invalid(refused.joined(separator: "\n")) }
    let cache = try workspace.openStore()
    var board = try workspace.board(
      pipeline, targets: targets.cells, forced: targets.forced, cache: cache,
      index: FileIndex(path: cache.layout.index), threads: machine.processors)
    try board.decideAll()
    self.board = board
    explainer = records.map {
      RunExplainer(pipeline: board.pipeline, cache: cache, records: $0)
    }
  }

  /// Whether nothing would run.
  var isUpToDate: Bool { board.wanted.allSatisfy { board.record(of: $0) != nil } }

  /// What is known of a cell.
  func verdict(_ index: Int) -> Verdict {
    switch board.states[index] {
    case .hit, .executed: return Verdict(state: "hit", reason: "", common: "")
    case .needed(let key, let missReason):
      let cell = pipeline.cells[index]
      let account = explainer?.account(for: cell, key: key, missReason: missReason)
      // Without a record nothing is known of earlier runs, but what the store says still counts.
      let stored = missReason == .notStored ? "first run" : missReason.description
      let reason = account?.reason ?? stored
      return Verdict(
        state: "run", reason: reason, explanation: account?.explanation, common: reason)
    case .open, .lost:
      let blockers = board.blockers(of: index)
      let stages = Self.unique(blockers.map { pipeline.cells[$0].stage })
      return Verdict(
        state: "undecided", reason: Self.until(blockers.map { pipeline.cells[$0].name }),
        until: blockers, common: Self.until(stages))
    }
  }

  private static func until(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return "until \(shown)\(names.count > 3 ? " and more" : "") has run"
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

  // MARK: Text

  /// A line a cell.
  var cellLines: [String] {
    board.wanted.map { index in
      let verdict = verdict(index)
      let reason = verdict.reason.isEmpty ? "" : "  (\(verdict.reason))"
      return Self.padded(verdict.state) + pipeline.cells[index].name + reason
    }
  }

  /// A line a stage, or more where its cells differ: what would run, how many cells, and why.
  var stageLines: [String] {
    let wanted = Set(board.wanted)
    return pipeline.stages.flatMap { stage -> [String] in
      let cells = stage.cells.filter(wanted.contains)
      let groups = grouped(cells) { index in
        let verdict = verdict(index)
        return [verdict.state, verdict.common]
      }
      return groups.map { heading, members in
        var line = Self.padded(heading[0]) + stage.name
        if cells.count > 1 { line += "  " + share(members, of: cells.count) }
        return line + (heading[1].isEmpty ? "" : "  (\(heading[1]))")
      }
    }
  }

  /// `28 cells`, or which of them: `3 of 28 cells: backbone=vgg16, ...`.
  func share(_ members: [Int], of count: Int) -> String {
    guard members.count < count else { return "\(count) cells" }
    let names = members.prefix(2).map { index in
      String(pipeline.cells[index].name.dropFirst(pipeline.cells[index].stage.count + 1))
    }
    return "\(members.count) of \(count) cells: \(names.joined(separator: "; "))"
      + (members.count > 2 ? "; ..." : "")
  }

  /// Cells by what is said of them, in the order in which each thing is said first.
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

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private static func padded(_ state: String) -> String {
    state + String(repeating: " ", count: max(1, 11 - state.count))
  }

  // MARK: JSON

  /// The plan for a program: an element a cell.
  func json() -> JSONValue {
    .array(
      board.wanted.map { index in
        let cell = pipeline.cells[index]
        let verdict = verdict(index)
        var object: JSONObject = [
          "cell": .string(cell.name), "stage": .string(cell.stage), "kind": .string(cell.kind),
          "state": .string(verdict.state), "reason": .string(verdict.reason),
        ]
        if let key = board.keys[index] { object["key"] = .string(key.digest.hex) }
        if !verdict.until.isEmpty {
          object["until"] = .array(verdict.until.map { .string(pipeline.cells[$0].name) })
        }
        if let explanation = verdict.explanation {
          object["earlier-run"] = (explanation.earlier?.run).json
          object["changes"] = .array(explanation.changes.map { $0.json(limit: Self.fileLimit) })
        }
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
