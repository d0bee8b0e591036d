internal import Store

/// When the cells of a run ran, in rows of which each had one cell at a time.
///
/// The record has the start and the duration of each cell, and its host is that of the run. The rows
/// follow from them: a cell takes the first row that is free when it starts, so that there are as many
/// rows as cells that ran at a time.
struct TimeLine {
  /// A cell, or adjacent cells that are too short to be told apart.
  struct Bar: Hashable {
    /// The cell, or the first of several.
    let cell: String
    /// The stage; `nil` if cells of several stages share the bar.
    var stage: String?
    /// Seconds since the run began.
    let start: Double
    var end: Double
    /// The node of a cluster; `nil` for the machine of the run.
    let node: String?
    var count = 1
    /// Seconds that its cells took.
    var seconds: Double
    var hasFailed: Bool
  }

  /// The memory in use from a moment on, in bytes: the sum of the peaks of the cells that run.
  struct Level: Hashable {
    let at: Double
    let bytes: Int
  }

  /// How far a cell may begin before the previous one in its row has ended, in seconds: clocks are
  /// read when the messages of a worker arrive.
  private static let tolerance = 0.02
  /// A cell that began further from the begin of its run than this has a damaged row.
  private static let longest = 86_400.0 * 366

  /// The bars of each row.
  private(set) var rows: [[Bar]] = []
  /// The levels of memory, each from its moment on.
  private(set) var memory: [Level] = []
  /// The stages, those that took longest first.
  let stages: [String]
  /// Seconds from the begin of the run to its end, or to the end of its last cell.
  let span: Double
  /// The number of cells that ran.
  let count: Int
  /// Seconds of all cells.
  let seconds: Double

  /// The time line of a run; bars shorter than two of `parts` parts of it are merged.
  init(_ facts: RunFacts, parts: Int) {
    let begin = facts.summary.run.started
    let ran = facts.cells.map(\.row).filter { row in
      row.seconds > 0 && row.seconds < Self.longest && abs(row.started - begin) < Self.longest
    }.sorted { ($0.started, $0.cell) < ($1.started, $1.cell) }
    let last = ran.map { max(0, $0.started - begin) + $0.seconds }.max() ?? 0
    let took = (facts.summary.end?.finished ?? begin) - begin
    span = max(last, took < Self.longest ? took : 0, 0.001)
    count = ran.count
    seconds = ran.reduce(0) { $0 + $1.seconds }
    var byStage: [String: Double] = [:]
    for row in ran { byStage[row.stage, default: 0] += row.seconds }
    stages = byStage.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let grain = span / Double(max(1, parts))
    for row in ran { add(row, begin: begin, grain: grain) }
    // Rows of one node are together.
    rows = rows.enumerated().sorted { left, right in
      (left.element[0].node ?? "", left.offset) < (right.element[0].node ?? "", right.offset)
    }.map(\.element)
    memory = Self.levels(ran, begin: begin)
  }

  private mutating func add(_ row: StageRunRow, begin: Double, grain: Double) {
    let start = max(0, row.started - begin)
    var bar = Bar(
      cell: row.cell, stage: row.stage, start: start, end: start + row.seconds,
      node: row.node, seconds: row.seconds, hasFailed: row.status == .failed)
    let free = rows.firstIndex { lane in
      lane.last?.node == row.node && (lane.last?.end ?? 0) - Self.tolerance <= start
    }
    guard let free, let previous = rows[free].last else {
      rows.append([bar])
      return
    }
    let isShort = bar.end - bar.start < 2 * grain
    let followsShort = previous.count > 1 || previous.end - previous.start < 2 * grain
    if isShort, followsShort, start - previous.end < grain {
      var merged = previous
      merged.end = max(previous.end, bar.end)
      merged.count += 1
      merged.seconds += bar.seconds
      merged.hasFailed = previous.hasFailed || bar.hasFailed
      if previous.stage != bar.stage { merged.stage = nil }
      rows[free][rows[free].count - 1] = merged
    } else {
      bar.end = max(bar.end, start)
      rows[free].append(bar)
    }
  }

  private static func levels(_ ran: [StageRunRow], begin: Double) -> [Level] {
    var steps: [(at: Double, bytes: Int)] = []
    for row in ran where row.peakMemory > 0 && row.peakMemory < 1 << 50 {
      let start = max(0, row.started - begin)
      steps += [(start, row.peakMemory), (start + row.seconds, -row.peakMemory)]
    }
    // What ends makes room before what begins at the same moment.
    steps.sort { ($0.at, $0.bytes) < ($1.at, $1.bytes) }
    var levels: [Level] = []
    var bytes = 0
    for step in steps {
      bytes += step.bytes
      if levels.last?.at == step.at { levels.removeLast() }
      levels.append(Level(at: step.at, bytes: bytes))
    }
    return levels
  }
}
