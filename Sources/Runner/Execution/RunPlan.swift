public import PipelineDSL
public import Store

/// What a run would do, decided as far as possible without running anything.
public struct RunPlan {
  /// The verdict on a cell.
  public struct Verdict: Sendable {
    /// `hit`, `run`, `undecided` or, if data are missing, `blocked`.
    public let state: String
    /// The reason in a few words; empty for a hit.
    public let reason: String
    /// What differs from the nearest earlier key, if that is the reason.
    public var explanation: RunExplainer.Explanation?
    /// For an undecided cell, the cells that have to run first.
    public var until: [Int] = []
    /// The reason in a form that all cells of a stage can share: it names stages instead of cells.
    public var common: String
  }

  /// The pipeline.
  public let pipeline: Pipeline
  /// The decided cells.
  public let board: PlanBoard
  /// Explains keys; `nil` without a record.
  public let explainer: RunExplainer?

  /// Decides the cells of a board.
  ///
  /// Throws if a location or the store cannot be read.
  public init(
    _ board: PlanBoard, pipeline: Pipeline, cache: ActionCache, records: RunRecords?
  ) throws(RunError) {
    var board = board
    try board.decideAll()
    self.board = board
    self.pipeline = pipeline
    explainer = records.map { RunExplainer(pipeline: pipeline, cache: cache, records: $0) }
  }

  /// Whether nothing would run.
  public var isUpToDate: Bool { board.wanted.allSatisfy { board.record(of: $0) != nil } }

  /// The verdict on a cell.
  public func verdict(_ index: Int) -> Verdict {
    if let reason = board.missingData.blocked[index] {
      return Verdict(state: "blocked", reason: reason, common: reason)
    }
    switch board.states[index] {
    case .hit, .executed: return Verdict(state: "hit", reason: "", common: "")
    case .needed(let missReason):
      let account = account(of: index, missReason)
      // Without a record, nothing is known about earlier runs.
      let stored = missReason == .notStored ? RunExplainer.new : missReason.description
      let reason = account?.reason ?? stored
      return Verdict(
        state: "run", reason: reason, explanation: account?.explanation, common: reason)
    case .open, .lost:
      let blockers = board.blockers(of: index)
      let cells = blockers.map { pipeline.cells[$0] }
      return Verdict(
        state: "undecided", reason: Self.until(cells.map(\.name)), until: blockers,
        common: Self.until(cells.map(\.stage)))
    }
  }

  /// Why a cell must run according to the record; `nil` without a record of its stage.
  private func account(
    of index: Int, _ missReason: MissReason
  ) -> (reason: String, explanation: RunExplainer.Explanation?)? {
    let cell = pipeline.cells[index]
    guard let explainer, missReason != .notStored || explainer.knows(cell),
      let key = try? board.stageKey(of: index)
    else { return nil }
    return explainer.account(for: cell, key: key, missReason: missReason)
  }

  private static func until(_ names: [String]) -> String {
    var distinct: [String] = []
    for name in names where !distinct.contains(name) { distinct.append(name) }
    let shown = distinct.prefix(3).joined(separator: ", ")
    return "until \(shown)\(distinct.count > 3 ? " and more" : "") has run"
  }

  /// The number of wanted cells in each state: hit, run, undecided and, if there are any, blocked.
  public var counts: [(state: String, count: Int)] {
    var counts = ["hit": 0, "run": 0, "undecided": 0]
    let blocked = board.missingData.blocked
    if !blocked.isEmpty { counts["blocked"] = blocked.count }
    for index in board.wanted where blocked[index] == nil {
      switch board.states[index] {
      case .hit, .executed: counts["hit", default: 0] += 1
      case .needed: counts["run", default: 0] += 1
      case .open, .lost: counts["undecided", default: 0] += 1
      }
    }
    return ["hit", "run", "undecided", "blocked"].compactMap { state in
      counts[state].map { (state, $0) }
    }
  }
}
