internal import PipelineDSL
public import Store

/// All runs of a record as one self-contained HTML page: a table to filter, sort and compare, and
/// metrics over time.
public enum IndexPage {
  /// The number of rows in the page itself; its script builds the others when they are looked at.
  static let rowLimit = 100
  /// The maximum number of charts.
  static let chartLimit = 60

  /// The page; `report` gives the link to the report of a run, if there is one.
  ///
  /// - Throws: An error if the record cannot be read.
  public static func html(
    _ records: RunRecords, report: (String) -> String?
  ) throws(StoreError) -> String {
    html(try RunIndex(records), report: report)
  }

  static func html(_ index: RunIndex, report: (String) -> String?) -> String {
    var reports: [Int: String] = [:]
    for (place, run) in index.runs.enumerated() {
      if let link = report(run.summary.run.id) { reports[place] = link }
    }
    let charts = charts(index)
    let count = Display.count(index.runs.count, "run")
    let pipelines = Display.count(index.pipelines.count, "pipeline")
    var sections = [
      PageFrame.Section(
        id: "runs", title: "All runs", body: "<div data-runs>\(table(index, reports))</div>")
    ]
    if !charts.isEmpty {
      sections.append(.init(id: "history", title: "Metrics over time", body: HTML(charts)))
    }
    let frame = PageFrame(
      header: """
        <div class="kicker">Assay</div>
        <div class="top"><h1>Runs</h1></div>
        <p class="soft">\(count) of \(pipelines), newest first. Times are UTC.</p>
        """,
      sections: sections,
      footer: """
        <p>Written by Assay from the record. 'assay report RUN' writes the report of a run, and \
        'assay report RUN RUN' compares runs in full.</p>
        """)
    let data = HTML.json(index.json(reports: reports), as: "index")
    return Page(title: "Runs", body: "\(frame.html)\n\(data)").html
  }

  // MARK: Table

  private static func table(_ index: RunIndex, _ reports: [Int: String]) -> HTML {
    guard !index.runs.isEmpty else { return "<p>The record has no runs yet.</p>" }
    let heads: [(text: String, isNumber: Bool)] = [
      ("run", false), ("pipeline", false), ("status", false), ("headline metric", false),
      ("checks", true), ("marks", false), ("started", false), ("time", true), ("cached", true),
      ("executed", true), ("failed", true), ("skipped", true),
    ]
    let head = heads.map { head -> HTML in
      "<th scope=\"col\"\(head.isNumber ? " class=\"n\"" : "" as HTML)>\(head.text)</th>"
    }
    let rows = index.runs.indices.prefix(rowLimit).map { row(index, $0, reports[$0]) }
    let rest: HTML =
      index.runs.count > rowLimit
      ? "<p class=\"soft small\">The newest \(rowLimit) runs; the script of this page shows all.</p>"
      : .empty
    return """
      <div class="data"><div class="scroll" role="group" aria-label="runs" tabindex="0">\
      <table class="wide"><thead><tr>\(HTML(head))</tr></thead><tbody>
      \(HTML(rows))</tbody></table></div>\(rest)</div>
      """
  }

  private static func row(_ index: RunIndex, _ place: Int, _ report: String?) -> HTML {
    let run = index.runs[place]
    let id: HTML =
      report.map { "<a href=\"\($0)\">\(run.summary.run.id)</a>" } ?? "\(run.summary.run.id)"
    let counts = [StageStatus.hit, .executed, .failed, .skipped].map { status -> HTML in
      "<td class=\"n\">\(run.summary.end.map { String($0.counts[status] ?? 0) } ?? "")</td>"
    }
    let checks = run.checks > 0 ? "\(run.checks - run.missedChecks) of \(run.checks)" : ""
    let marks = run.marks.tags + (run.marks.isPinned ? ["pinned"] : [])
    let metric = index.headline(place).first.map {
      "\($0.series.metric) \(Display.number($0.value.mean))"
    }
    return """
      <tr><th scope="row" class="nowrap">\(id)</th><td>\(run.summary.run.pipeline)</td>\
      <td><span class="badge \(run.status)">\(run.status)</span></td>\
      <td class="nowrap">\(metric ?? "")</td><td class="n">\(checks)</td>\
      <td>\(marks.joined(separator: " "))</td>\
      <td class="nowrap">\(String(Display.time(run.summary.run.started).dropLast(4)))</td>\
      <td class="n">\(run.summary.seconds.map(Display.seconds) ?? "")</td>\(HTML(counts))</tr>
      """
  }

  // MARK: Charts

  /// The charts of each pipeline, up to the limit.
  private static func charts(_ index: RunIndex) -> [HTML] {
    var left = chartLimit
    var groups: [HTML] = []
    for (place, pipeline) in index.pipelines.enumerated() where left > 0 {
      let figures = (index.series[pipeline] ?? [])
        .compactMap { MetricHistory($0, in: index).figure }.prefix(left)
      guard !figures.isEmpty else { continue }
      left -= figures.count
      let cards = HTML(figures.map { "<div class=\"card\">\($0.html)</div>" })
      groups.append(
        "<div data-pipeline=\"\(place)\"><h3>\(pipeline)</h3><div class=\"cards\">\(cards)</div></div>"
      )
    }
    return groups
  }
}
