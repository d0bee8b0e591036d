internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store

/// Shows the progress of a run: one line per event and, on a terminal, a status line.
///
/// It is called only from the coordinator's thread.
final class ProgressView {
  private let quiet: Bool
  private let isTerminal: Bool
  private let isColoured: Bool
  private var total = 0
  private var settled = 0
  private var hits = 0
  private var live: [(cell: String, text: String)] = []
  private var lastPlain: [String: Double] = [:]
  private var hasLiveLine = false

  init(pipeline: Pipeline, quiet: Bool) {
    self.quiet = quiet
    let environment = ProcessInfo.processInfo.environment
    isTerminal = isatty(1) == 1 && environment["TERM"] != "dumb"
    isColoured = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Shows one event.
  func show(_ event: RunEvent) {
    guard !quiet else { return }
    switch event {
    case .began(let run, let cells):
      total = cells
      line("run \(run): \(cells) cells", colour: nil)
    case .missing(let data):
      settled += data.blocked.count
      for location in data.locations {
        line("missing   \(location.sentence)", colour: 33)
        line("          \(location.remedy)", colour: 33)
      }
    case .hit(let cell, let record):
      settled += 1
      hits += 1
      // Cells that run get a line each; hits are many and alike, so they are counted.
      for warning in record.warnings { line("warning   \(cell): \(warning)", colour: 33) }
    case .started(let cell, let reason, let threads):
      announceHits()
      let note = threads == 1 ? "1 thread" : "\(threads) threads"
      line("run       \(cell)  (\(reason); \(note))", colour: nil)
      live.append((cell, "starting"))
    case .waiting(let cell, let holder):
      let who = holder.map { "run \($0.run), process \($0.process) on \($0.host)" }
      line("waiting   \(cell)  (\(who ?? "another run") computes the same key)", colour: 36)
    case .progress(let cell, let progress, let seconds): progressed(cell, progress, seconds)
    case .executed(let cell, let record, let seconds):
      settled += 1
      live.removeAll { $0.cell == cell }
      for warning in record.warnings { line("warning   \(cell): \(warning)", colour: 33) }
      line("done      \(cell)  (\(Display.seconds(seconds)); \(settled) of \(total))", colour: 32)
    case .failed(let report):
      settled += 1
      live.removeAll { $0.cell == report.cell }
      line("failed    \(report.cell)  (\(report.reason))", colour: 31)
    case .skipped(let cell, let because):
      settled += 1
      line("skipped   \(cell)  (\(because))", colour: 33)
    case .interrupted(let cell):
      live.removeAll { $0.cell == cell }
      line("interrupted  \(cell)", colour: 33)
    case .checked(let cell, let check, let value):
      let found = value.map { String(format: "%.4f", $0) } ?? "missing"
      let met = check.isMet(by: value)
      line(
        "check     \(cell): \(check.text): \(found) \(met ? "met" : "NOT MET")",
        colour: met ? 32 : 31)
    case .diverged(let row):
      let file = row.file.map { ", first in \($0)" } ?? ""
      line(
        "diverged  \(row.cell): '\(row.port)' was \(Self.short(row.existing)) and is now "
          + "\(Self.short(row.found)) under the same key\(file); the first one is kept", colour: 31)
    case .note(let text): line("note      \(text)", colour: 33)
    }
    drawLive()
  }

  /// A digest in short form; other text unchanged.
  private static func short(_ text: String) -> String { Digest(hex: text)?.short ?? text }

  /// Removes the status line.
  func finish() {
    announceHits()
    clearLive()
  }

  private func announceHits() {
    guard hits > 0 else { return }
    line("cached    \(hits) \(hits == 1 ? "cell" : "cells")", colour: 36)
    hits = 0
  }

  private func progressed(_ cell: String, _ progress: StageProgress, _ seconds: Double) {
    let rate = seconds > 0 ? Double(progress.done) / seconds : 0
    var text = "\(progress.done)/\(progress.total) \(progress.unit)"
    if rate > 0 {
      text += rate >= 10 ? String(format: ", %.0f/s", rate) : String(format: ", %.2f/s", rate)
      let left = Double(progress.total - progress.done) / rate
      if progress.done < progress.total { text += ", \(Display.seconds(left)) left" }
    }
    if !progress.remark.isEmpty { text += ", \(progress.remark)" }
    if let index = live.firstIndex(where: { $0.cell == cell }) { live[index].text = text }
    guard !isTerminal else { return }
    // Plain output usually goes to a file, where one line per ten seconds is enough.
    if seconds - (lastPlain[cell] ?? 0) >= 10 {
      lastPlain[cell] = seconds
      line("          \(cell): \(text)", colour: nil)
    }
  }

  private func line(_ text: String, colour: Int?) {
    clearLive()
    // Names, reasons and warnings come from files and programs.
    let text = Display.lines(text)
    if let colour, isColoured {
      write("\u{1B}[\(colour)m\(text)\u{1B}[0m\n")
    } else {
      write(text + "\n")
    }
  }

  /// Writes without buffering, so that the run can be followed in a file or through a pipe.
  ///
  /// If that fails because the reader exited or the disk is full, the run continues silently.
  private func write(_ text: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  private func clearLive() {
    guard hasLiveLine else { return }
    write("\r\u{1B}[2K")
    hasLiveLine = false
  }

  private func drawLive() {
    guard isTerminal, !live.isEmpty else { return }
    var size = winsize()
    let width = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    let text = Display.line(live.map { "\($0.cell): \($0.text)" }.joined(separator: " | "))
    write("\r\u{1B}[2K" + text.prefix(width - 1))
    hasLiveLine = true
  }
}
