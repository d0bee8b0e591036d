internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

/// How much of a run is printed while it continues.
enum Verbosity: Sendable {
  /// Nothing.
  case silent
  /// Failures.
  case quiet
  /// One line per event that matters.
  case normal
  /// Every hit and every metric too.
  case verbose
}

/// The lines that stay: one or more per event.
struct ProgressLines: Sendable {
  /// A line, and the colour for it on a terminal that has colours.
  typealias Line = (text: String, colour: Int?)

  private static let (red, green, yellow, cyan) = (31, 32, 33, 36)

  let verbosity: Verbosity
  /// Whether running cells are shown in lines of their own, which are replaced.
  let isLive: Bool
  /// The hits that are not announced yet: many and alike, they are counted.
  private var hits = 0

  init(verbosity: Verbosity, isLive: Bool) {
    (self.verbosity, self.isLive) = (verbosity, isLive)
  }

  /// The lines for an event, after the state followed it; `reason` is that of a cell that ended.
  mutating func lines(
    for event: RunEvent, _ state: ProgressState, reason: String
  ) -> [Line] {
    switch verbosity {
    case .silent: return []
    case .quiet:
      switch event {
      case .failed, .diverged: return plain(event, state, reason)
      default: return []
      }
    case .normal, .verbose: return plain(event, state, reason)
    }
  }

  /// The number of hits since the last call, if there were any.
  mutating func announcement() -> [Line] {
    defer { hits = 0 }
    return hits > 0 ? [("cached    \(Display.count(hits, "cell"))", Self.cyan)] : []
  }

  private mutating func plain(
    _ event: RunEvent, _ state: ProgressState, _ reason: String
  ) -> [Line] {
    switch event {
    case .began(let run, let cells):
      return [("run \(run): \(Display.count(cells, "cell"))", nil)]
    case .missing(let data):
      return data.locations.flatMap {
        [("missing   \($0.sentence)", Self.yellow), ("          \($0.remedy)", Self.yellow)]
      }
    case .hit(let cell, let record): return hit(cell, record)
    case .started(let cell, let reason, let threads):
      guard !isLive || verbosity == .verbose else { return [] }
      return announcement() + [
        ("run       \(cell)  (\(reason); \(Display.count(threads, "thread")))", nil)
      ]
    case .waiting(let cell, let holder):
      guard !isLive else { return [] }
      let who = holder.map { "run \($0.run), process \($0.process) on \($0.host)" }
      return [
        ("waiting   \(cell)  (\(who ?? "another run") computes the same key)", Self.cyan)
      ]
    case .executed(let cell, let record, let seconds):
      let why = isLive && !reason.isEmpty ? "\(reason); " : ""
      return warnings(cell, record) + [
        (
          "done      \(cell)  (\(why)\(Display.seconds(seconds)); \(state.settled) of \(state.total))",
          Self.green
        )
      ] + metrics(cell, record)
    case .failed(let report):
      return [("failed    \(report.cell)  (\(report.reason))", Self.red)]
    case .skipped(let cell, let because): return [("skipped   \(cell)  (\(because))", Self.yellow)]
    case .interrupted(let cell): return [("interrupted  \(cell)", Self.yellow)]
    case .checked(let cell, let check, let value): return [Self.checked(cell, check, value)]
    case .diverged(let row): return [Self.diverged(row)]
    case .note(let text): return [("note      \(text)", Self.yellow)]
    case .progress, .measured, .tick: return []
    }
  }

  private mutating func hit(_ cell: String, _ record: KeyRecord) -> [Line] {
    guard verbosity == .verbose else {
      hits += 1
      return warnings(cell, record)
    }
    return [("cached    \(cell)", Self.cyan)] + warnings(cell, record) + metrics(cell, record)
  }

  private func warnings(_ cell: String, _ record: KeyRecord) -> [Line] {
    record.warnings.map { ("warning   \(cell): \($0)", Self.yellow) }
  }

  /// The last value of each metric of a cell.
  private func metrics(_ cell: String, _ record: KeyRecord) -> [Line] {
    guard verbosity == .verbose else { return [] }
    let last = Dictionary(record.metrics.map { ($0.name, $0.value) }) { _, last in last }
    return last.sorted { $0.key < $1.key }.map {
      ("metric    \(cell): \($0.key) \(Display.number($0.value))", nil)
    }
  }

  private static func checked(_ cell: String, _ check: MetricCheck, _ value: Double?) -> Line {
    let found = value.map { String(format: "%.4f", $0) } ?? "missing"
    let met = check.isMet(by: value)
    return (
      "check     \(cell): \(check.text): \(found) \(met ? "met" : "NOT MET")", met ? green : red
    )
  }

  private static func diverged(_ row: DivergenceRow) -> Line {
    func short(_ text: String) -> String { Digest(hex: text)?.short ?? text }
    let file = row.file.map { ", first in \($0)" } ?? ""
    return (
      "diverged  \(row.cell): '\(row.port)' was \(short(row.existing)) and is now "
        + "\(short(row.found)) under the same key\(file); the first one is kept", red
    )
  }
}
