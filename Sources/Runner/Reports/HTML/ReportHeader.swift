internal import PipelineDSL
internal import Store

/// The top of a report: the run, how it ended, and its totals.
enum ReportHeader {
  /// The header.
  static func html(_ context: ReportContext) -> HTML {
    let facts = context.facts
    let run = facts.summary.run
    let end = facts.summary.end
    let status = end?.status.rawValue ?? (context.isLive ? "running" : "unfinished")
    let marks = RunMarks(facts.events)
    var badges: HTML = "<span class=\"badge \(status)\">\(status)</span>"
    for tag in marks.tags { badges += " <span class=\"badge tag\">\(tag)</span>" }
    if marks.isPinned { badges += " <span class=\"badge tag\">pinned</span>" }
    let text = facts.pipelineText.flatMap { try? JSONParser.parse($0) }
    let about: HTML =
      text?["description"]?.text.map { $0.isEmpty ? .empty : "<p class=\"soft\">\($0)</p>" }
      ?? .empty
    var items: [(String, HTML)] = [
      ("run", "<code>\(run.id)</code>"),
      ("started", "\(Display.time(run.started)) on \(run.host), by \(run.user)"),
    ]
    if let end {
      items.append(("ended", "\(Display.time(end.finished)), exit code \(end.exit)"))
    } else if !context.isLive {
      items.append(
        ("ended", "The record has no end of this run: it is still active, or it was killed."))
    }
    for note in facts.events("note") { items.append(("note", "\(note.text)")) }
    return """
      <div class="kicker">Assay run report</div>
      <div class="top"><h1>\(run.pipeline)</h1>\(badges)</div>
      \(about)
      \(figures(context))
      <dl>\(HTML(items.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }))</dl>
      """
  }

  private static func figures(_ context: ReportContext) -> HTML {
    let facts = context.facts
    var figures: [(String, String)] = []
    if let end = facts.summary.end {
      let seconds = end.finished - facts.summary.run.started
      figures.append((Display.seconds(max(0, seconds)), "wall-clock time"))
    }
    for status in StageStatus.allCases {
      let count = facts.cells.count { $0.row.status == status }
      if count > 0 { figures.append((String(count), words(status, count))) }
    }
    if context.secondsSaved >= 1 {
      figures.append((Display.seconds(context.secondsSaved), "compute time saved by the cache"))
    }
    let peak = facts.cells.map(\.row.peakMemory).max() ?? 0
    if peak > 0 { figures.append((ByteCount.text(peak), "peak memory per cell")) }
    let checks = facts.cells.flatMap(\.checks)
    if !checks.isEmpty {
      figures.append(("\(checks.count(where: \.met)) of \(checks.count)", "checks met"))
    }
    return """
      <div class="figures">\(HTML(
        figures.map { "<div class=\"figure\"><b>\($0.0)</b><span>\($0.1)</span></div>" }))</div>
      """
  }

  private static func words(_ status: StageStatus, _ count: Int) -> String {
    let cells = count == 1 ? "cell" : "cells"
    return switch status {
    case .hit: "\(cells) cached"
    case .executed: "\(cells) executed"
    case .failed: "\(cells) failed"
    case .skipped: "\(cells) skipped"
    case .interrupted: "\(cells) interrupted"
    }
  }
}
