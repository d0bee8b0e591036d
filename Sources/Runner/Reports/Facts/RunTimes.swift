internal import PipelineDSL
internal import Store

/// How long the cells of a run took, by phase, for each model.
///
/// A cached cell counts with the time of the run that executed it.
struct RunTimes: Sendable {
  /// A model: the cell that evaluates or explains it, with all cells it needs.
  struct Row: Sendable {
    /// The cell at the end.
    let cell: String
    let kind: String
    /// Seconds by phase.
    var seconds: [String: Double] = [:]
    /// How many of the cells this run executed.
    var executed = 0
    /// The runs that executed the cached cells, with the number of these cells.
    var cached: [String: Int] = [:]
    /// The cells for which no time is recorded.
    var unknown: [String] = []

    /// The sum over all phases, in seconds.
    var overall: Double { seconds.values.sorted().reduce(0, +) }

    /// Where the times come from: `this run`, or `cached: time of run ...`.
    var origin: String {
      var parts: [String] = []
      let count = cached.values.reduce(0, +)
      if executed > 0 {
        parts.append(count > 0 ? "\(Display.count(executed, "cell")) of this run" : "this run")
      }
      if count > 0 {
        let runs = cached.keys.sorted(by: >)
        let shown = runs.prefix(2).joined(separator: ", ")
        let more = runs.count > 2 ? " and \(runs.count - 2) more" : ""
        parts.append(
          (executed > 0 ? "\(count) " : "") + "cached: time of \(runs.count == 1 ? "run" : "runs") "
            + shown + more)
      }
      if !unknown.isEmpty {
        parts.append("no time recorded for \(Display.count(unknown.count, "cell"))")
      }
      return parts.joined(separator: "; ")
    }
  }

  /// The run.
  let run: String
  /// One row per evaluated model or, if none is, per last cell.
  private(set) var rows: [Row] = []

  /// The phases of all rows, in the order of the table.
  var phases: [String] { Phase.sorted(rows.flatMap { $0.seconds.keys }) }

  /// Reads the times of a run.
  ///
  /// - Throws: An error if the record cannot be read.
  init(_ facts: RunFacts, _ records: RunRecords) throws(StoreError) {
    run = facts.summary.run.id
    let executions = try records.executions(ofHitsIn: run)
    let edges = try records.edges(run: run)
    let needs = Dictionary(grouping: edges) { $0.to }
    let cells = facts.cells.filter(\.hasResult)
    let byName = Dictionary(cells.map { ($0.row.cell, $0.row) }) { first, _ in first }
    var ends = cells.filter { Phase.name(of: $0.row.kind) == Phase.names[3] }
    if ends.isEmpty {
      let needed = Set(edges.map(\.from))
      ends = cells.filter { !needed.contains($0.row.cell) }
    }
    for end in ends {
      var row = Row(cell: end.row.cell, kind: end.row.kind)
      var (seen, stack): (Set<String>, [String]) = ([end.row.cell], [end.row.cell])
      while let name = stack.popLast() {
        stack += (needs[name] ?? []).map(\.from).filter { seen.insert($0).inserted }
        guard let cell = byName[name] else { continue }
        let own = cell.status == .hit ? cell.key.flatMap { executions[$0] } : cell
        row.add(cell, own, in: run)
      }
      rows.append(row)
    }
  }
}

extension RunTimes.Row {
  /// Adds a cell and the execution that produced its result.
  fileprivate mutating func add(_ cell: StageRunRow, _ execution: StageRunRow?, in run: String) {
    guard let execution else {
      unknown.append(cell.cell)
      return
    }
    seconds[Phase.name(of: cell.kind), default: 0] += execution.seconds
    if execution.run == run { executed += 1 } else { cached[execution.run, default: 0] += 1 }
  }
}
