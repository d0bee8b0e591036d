internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports

/// What a run is doing, and the lines that show it at the bottom of a terminal.
///
/// It follows the events of a run and knows nothing of a terminal but its size, so that its lines
/// can be tested. Times are in seconds on any monotonic clock.
struct ProgressState: Sendable {
  /// A cell that is running.
  private struct Running: Sendable {
    let cell: String
    let reason: String
    let began: Double
    var progress: StageProgress?
    var timeLeft: TimeLeft
  }

  /// The name of the stage of each cell that may run.
  private let stages: [String: String]
  /// The number of cells of each stage that have not ended.
  private var open: [String: Int] = [:]
  private var running: [Running] = []
  private var waiting: [String] = []
  /// The usual seconds of cells, from earlier runs.
  private var usual: [String: Double] = [:]
  private var usualOfStage: [String: Double] = [:]
  /// The seconds of the cells of each stage that ran in this run.
  private var measured: [String: [Double]] = [:]
  private var began: Double?
  private(set) var executed = 0
  private(set) var cached = 0
  private(set) var failed = 0
  private(set) var skipped = 0

  /// The number of cells of the run.
  private(set) var total = 0

  /// The progress of a run of some cells, each with its stage; those without data are left out.
  init(stages: [String: String]) {
    self.stages = stages
    for stage in stages.values { open[stage, default: 0] += 1 }
  }

  /// The number of cells that ended in any way.
  var settled: Int { executed + cached + failed + skipped }
  /// Whether a cell runs or waits.
  var isActive: Bool { !running.isEmpty || !waiting.isEmpty }

  /// The reason of a running cell.
  func reason(of cell: String) -> String { running.first { $0.cell == cell }?.reason ?? "" }

  // MARK: Events

  /// Learns how long cells took in earlier runs.
  mutating func learn(_ seconds: [String: Double]) {
    usual = seconds
    let byStage = Dictionary(grouping: seconds) { stages[$0.key] ?? "" }
    usualOfStage = byStage.mapValues { $0.reduce(0) { $0 + $1.value } / Double($0.count) }
  }

  /// Follows an event.
  mutating func apply(_ event: RunEvent, at now: Double) {
    switch event {
    case .began(_, let cells): (began, total) = (now, cells)
    case .missing(let data): skipped += data.blocked.count
    case .hit(let cell, _):
      cached += 1
      end(cell)
    case .waiting(let cell, _): if !waiting.contains(cell) { waiting.append(cell) }
    case .started(let cell, let reason, _):
      waiting.removeAll { $0 == cell }
      running.append(
        Running(cell: cell, reason: reason, began: now, timeLeft: TimeLeft(usual: expected(cell))))
    case .progress(let cell, let progress, let seconds):
      guard let index = running.firstIndex(where: { $0.cell == cell }) else { return }
      running[index].progress = progress
      running[index].timeLeft.add(
        Double(progress.done) + progress.share, of: Double(progress.total),
        hasParts: progress.share > 0, at: seconds)
    case .executed(let cell, _, let seconds):
      executed += 1
      measured[stages[cell] ?? "", default: []].append(seconds)
      end(cell)
    case .failed(let report):
      failed += 1
      end(report.cell)
    case .skipped(let cell, _):
      skipped += 1
      end(cell)
    case .interrupted(let cell): end(cell)
    case .measured, .checked, .diverged, .note, .tick: return
    }
  }

  private mutating func end(_ cell: String) {
    running.removeAll { $0.cell == cell }
    waiting.removeAll { $0 == cell }
    open[stages[cell] ?? "", default: 1] -= 1
  }

  // MARK: Times

  /// The expected seconds of a cell: of others of its stage in this run or, without any, of
  /// earlier runs.
  private func expected(_ cell: String) -> Double? {
    let stage = stages[cell] ?? ""
    return mean(measured[stage]) ?? usual[cell] ?? usualOfStage[stage]
  }

  private func mean(_ values: [Double]?) -> Double? {
    guard let values, !values.isEmpty else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }

  /// The seconds left of a running cell.
  func left(of cell: String, at now: Double) -> Double? {
    running.first { $0.cell == cell }.flatMap { $0.timeLeft.left(at: now - $0.began) }
  }

  /// The seconds left of the run, if as many cells run at the same time as now; `nil` if the time of
  /// any is unknown.
  func left(at now: Double) -> Double? {
    var (work, longest) = (0.0, 0.0)
    var unstarted = open
    for cell in running {
      unstarted[stages[cell.cell] ?? "", default: 1] -= 1
      guard let left = cell.timeLeft.left(at: now - cell.began) else { return nil }
      work += left
      longest = max(longest, left)
    }
    for (stage, count) in unstarted where count > 0 {
      guard let seconds = mean(measured[stage]) ?? usualOfStage[stage] else { return nil }
      work += Double(count) * seconds
    }
    return max(longest, work / Double(max(1, running.count)))
  }

  // MARK: Text

  /// The text of a running cell's progress: `12/30 epochs, 36.0 s left, loss 0.42`.
  func text(of cell: String, at now: Double) -> String {
    guard let running = running.first(where: { $0.cell == cell }), let progress = running.progress
    else { return "starting" }
    var parts = [Self.count(progress)]
    if progress.done < progress.total, let left = left(of: cell, at: now) {
      parts.append("\(Display.seconds(left)) left")
    }
    if !progress.remark.isEmpty { parts.append(progress.remark) }
    return parts.joined(separator: ", ")
  }

  /// The lines for a terminal of a size: one per running cell as far as they fit, then the total.
  ///
  /// Every line is shorter than the terminal is wide.
  func lines(in size: Terminal.Size, at now: Double) -> [String] {
    let width = max(1, size.columns - 1)
    let room = max(0, size.rows - 2)
    let all = running.count + waiting.count
    let shown = all <= room ? all : max(0, room - 1)
    let cells = running.prefix(shown)
    let names = cells.map(\.cell) + waiting.prefix(shown - cells.count)
    let widest = names.map { Display.columns(Display.line($0)) }.max() ?? 0
    // Room for a bar, two counts, two times and a score.
    let column = min(widest, max(12, width - 61))
    var lines = cells.map { line($0, name: column, width: width, at: now) }
    lines += waiting.prefix(shown - cells.count).map {
      Display.fitted(Self.name($0, column) + "  waiting: another run computes it", columns: width)
    }
    if shown < all, room > 0 {
      lines.append(Display.fitted("and \(all - shown) more", columns: width))
    }
    return lines + [totalLine(width: width, at: now)]
  }

  private static func name(_ cell: String, _ column: Int) -> String {
    Display.padded(
      Display.fittedInTheMiddle(Display.line(cell), columns: column), columns: column)
  }

  private func line(_ cell: Running, name column: Int, width: Int, at now: Double) -> String {
    let elapsed = now - cell.began
    let left = cell.timeLeft.left(at: elapsed)
    var share = 0.0
    if let progress = cell.progress, progress.total > 0 {
      share = (Double(progress.done) + progress.share) / Double(progress.total)
    } else if let left, elapsed + left > 0 {
      share = elapsed / (elapsed + left)
    }
    var line = Self.name(cell.cell, column) + "  " + Self.bar(share, columns: width < 100 ? 10 : 12)
    if let progress = cell.progress { line += "  " + Self.count(progress) }
    line += "  " + Display.clock(elapsed)
    if let left, left >= 0.5 { line += "  \(Display.clock(left)) left" }
    let rest = width - Display.columns(line) - 2
    let remark = Self.tail(of: Display.line(cell.progress?.remark ?? ""), columns: rest)
    return Display.fitted(remark.isEmpty ? line : line + "  " + remark, columns: width)
  }

  private func totalLine(width: Int, at now: Double) -> String {
    var counts = ["\(executed) done", "\(cached) cached"]
    if failed > 0 { counts.append("\(failed) failed") }
    if skipped > 0 { counts.append("\(skipped) skipped") }
    counts.append("\(total - settled) left")
    let share = total > 0 ? Double(settled) / Double(total) : 1
    var line = Self.bar(share, columns: width < 100 ? 10 : 12)
    line += "  \(counts.joined(separator: ", "))  \(Display.clock(now - (began ?? now)))"
    if let left = left(at: now), left >= 0.5 { line += "  \(Display.clock(left)) left" }
    return Display.fitted("total  " + line, columns: width)
  }

  private static func count(_ progress: StageProgress) -> String {
    "\(progress.done)/\(progress.total) \(Display.line(progress.unit))"
  }

  /// A bar in characters that every terminal has: `[=====>    ]`.
  static func bar(_ share: Double, columns: Int) -> String {
    let room = columns - 2
    let share = share.isFinite ? min(max(share, 0), 1) : 0
    let filled = Int((share * Double(room)).rounded(.down))
    let head = filled < room && share > 0 ? ">" : ""
    let rest = room - filled - head.count
    return "[" + String(repeating: "=", count: filled) + head
      + String(repeating: " ", count: rest) + "]"
  }

  /// The end of a remark that fits: whole parts, since the last ones tell most.
  private static func tail(of remark: String, columns: Int) -> String {
    var rest = remark[...]
    while Display.columns(rest) > columns {
      guard let comma = rest.firstRange(of: ", ") else { return "" }
      rest = rest[comma.upperBound...]
    }
    return String(rest)
  }
}
