internal import Execution
internal import Foundation
internal import Reports

/// Shows the progress of a run: lines that stay and, on a terminal, a line per running cell below
/// them.
///
/// It is called only from the coordinator's thread.
final class ProgressView {
  /// The minimum time between two redraws, in seconds.
  private static let interval = 0.1
  /// The minimum time between two lines on the progress of a cell without a terminal, in seconds.
  private static let plainInterval = 10.0

  /// The width of tables that follow a run: that of the terminal, or what any terminal has.
  static var tableColumns: Int {
    let terminal = Terminal()
    return terminal.isInteractive ? max(80, terminal.size.columns) - 1 : 80
  }

  private let terminal: Terminal
  private let verbosity: Verbosity
  private let isLive: Bool
  private let usual: () -> [String: Double]
  private var state: ProgressState
  private var text: ProgressLines
  private var area = LiveArea()
  /// Lines that wait for the next redraw.
  private var pending: [ProgressLines.Line] = []
  private var drawn = -Double.infinity
  private var lastPlain: [String: Double] = [:]
  private var hasLearned = false

  /// A view of a run of some cells, each with its stage; `usual` gives the usual seconds of cells.
  init(
    stages: [String: String], verbosity: Verbosity, terminal: Terminal = Terminal(),
    usual: @escaping () -> [String: Double]
  ) {
    (self.terminal, self.verbosity, self.usual) = (terminal, verbosity, usual)
    isLive = terminal.isInteractive && (verbosity == .normal || verbosity == .verbose)
    state = ProgressState(stages: stages)
    text = ProgressLines(verbosity: verbosity, isLive: isLive)
  }

  /// Shows one event.
  func show(_ event: RunEvent) {
    let now = ProcessInfo.processInfo.systemUptime
    if isLive, !hasLearned, case .started = event {
      // Read only now: a run in which everything is cached needs no estimate.
      state.learn(usual())
      hasLearned = true
    }
    var reason = ""
    if case .executed(let cell, _, _) = event { reason = state.reason(of: cell) }
    state.apply(event, at: now)
    let lines = text.lines(for: event, state, reason: reason)
    guard isLive else {
      write(lines)
      if case .progress(let cell, _, let seconds) = event { progressed(cell, seconds, now) }
      return
    }
    pending += lines
    if now - drawn >= Self.interval { draw(now) }
  }

  /// Removes the lines of running cells, and shows what was still to be shown.
  func finish() {
    let announcement = text.announcement()
    guard isLive else { return write(announcement) }
    pending += announcement
    let permanent = wrapped(pending)
    terminal.write(area.replace(above: permanent, with: [], columns: terminal.size.columns))
    pending = []
  }

  private func draw(_ now: Double) {
    let size = terminal.size
    let lines = state.lines(in: size, at: now).map { (text: $0, colour: Int?.none) }
    terminal.write(area.replace(above: wrapped(pending), with: lines, columns: size.columns))
    pending = []
    drawn = now
  }

  /// The lines without control characters, broken so that no terminal has to.
  private func wrapped(_ lines: [ProgressLines.Line]) -> [ProgressLines.Line] {
    let width = max(20, terminal.size.columns - 1)
    return lines.flatMap { line in
      Display.lines(line.text).split(separator: "\n", omittingEmptySubsequences: false)
        .flatMap { Display.wrapped(Display.line(String($0)), columns: width, indent: 10) }
        .map { ($0, terminal.isColoured ? line.colour : nil) }
    }
  }

  // MARK: Without a terminal

  private func write(_ lines: [ProgressLines.Line]) {
    for line in lines {
      // Names, reasons and warnings come from files and programs.
      let text = Display.lines(line.text)
      if let colour = line.colour, terminal.isColoured {
        terminal.write("\u{1B}[\(colour)m\(text)\u{1B}[0m\n")
      } else {
        terminal.write(text + "\n")
      }
    }
  }

  /// Plain output usually goes to a file, where one line per ten seconds is enough.
  private func progressed(_ cell: String, _ seconds: Double, _ now: Double) {
    guard verbosity == .normal || verbosity == .verbose,
      seconds - (lastPlain[cell] ?? 0) >= Self.plainInterval
    else { return }
    lastPlain[cell] = seconds
    write([("          \(cell): \(state.text(of: cell, at: now))", nil)])
  }
}
