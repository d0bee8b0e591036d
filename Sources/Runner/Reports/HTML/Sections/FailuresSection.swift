internal import Store

/// Failed cells with the end of their logs, and missing data.
enum FailuresSection: ReportSection {
  static let (id, title) = ("failures", "What went wrong")
  private static let (cellLimit, logLines) = (20, 12)

  static func body(_ context: ReportContext) -> HTML? {
    let cells = context.facts.cells
    let failed = cells.filter { $0.row.status == .failed || $0.row.status == .interrupted }
    let lacking = context.facts.lacking
    guard !failed.isEmpty || lacking > 0 else { return nil }
    var body = HTML.empty
    let (shown, rest) = cut(
      failed, to: cellLimit, "cell that failed", "cells that failed", see: "the table of cells")
    for cell in shown { body += alarm(cell.row, context) }
    body += rest
    if lacking > 0 { body += missing(context.facts) }
    let skipped = cells.count { $0.row.status == .skipped && !$0.row.lacksData }
    if skipped > 0 {
      let isInterrupted = cells.contains { $0.row.status == .interrupted }
      let cause = isInterrupted ? " or the run was interrupted" : ""
      body +=
        """
        <p>\(Display.count(skipped, "cell")) did not run because an upstream cell failed\(cause).</p>
        """
    }
    return body
  }

  private static func missing(_ facts: RunFacts) -> HTML {
    let items = facts.missing.map { location -> HTML in
      "<li><b>\(location.sentence)</b><br>\(location.remedy)</li>"
    }
    return """
      <div class="alarm mild"><b>\(Display.count(facts.lacking, "cell")) could not run: data missing</b>
      <ul>\(HTML(items))</ul></div>
      """
  }

  private static func alarm(_ row: StageRunRow, _ context: ReportContext) -> HTML {
    let log = row.log.map { context.reader.tail(of: $0, lines: logLines) } ?? []
    let tail: HTML = log.isEmpty ? .empty : "<pre>\(log.joined(separator: "\n"))</pre>"
    let scratch: HTML =
      row.scratch.map { "<p class=\"soft small\">Scratch folder: <code>\($0)</code></p>" }
      ?? .empty
    let attempt = row.attempt > 1 ? ", attempt \(row.attempt)" : ""
    let end = row.end.map { ", worker process: \($0)" } ?? ""
    return """
      <div class="alarm\(row.status == .failed ? "" : " mild")"><b>\(row.cell)</b> \
      <span class="soft">\(row.kind), \(row.status.rawValue) after \(Display.seconds(row.seconds))\
      \(attempt)\(end)</span>
      <p>\(row.reason)</p>\(tail)\(scratch)</div>
      """
  }
}
