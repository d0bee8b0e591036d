internal import PipelineDSL
internal import Statistics
public import Store

/// Two or more runs side by side as one self-contained HTML page.
public enum ComparisonPage {
  /// The maximum number of runs on a page.
  public static let runLimit = ComparedRuns.limit
  /// The maximum number of rows per table.
  static let rowLimit = 500

  /// The page; `report` gives the link to the report of a run, if there is one.
  ///
  /// - Throws: An error if the record cannot be read. Gaps in the store are reported in the page.
  public static func html(
    _ runs: [RunSummary], records: RunRecords, cache: ActionCache, report: (String) -> String?
  ) throws(StoreError) -> String {
    let compared = try ComparedRuns(runs, records: records, cache: cache)
    let metrics = MetricMatrix(compared)
    let sections: [(id: String, title: String, body: HTML?)] = [
      ("metrics", "Metrics", MetricTables.html(metrics, compared)),
      ("tests", "Intervals and tests", PairedTables.html(compared)),
      ("causes", "Parameters, inputs and code that differ", CauseTables.html(compared)),
      ("curves", "Learning curves", OverlaidCurves.html(compared)),
      ("cells", "Cells", CellTables.html(compared)),
    ]
    let names = Set(runs.map(\.run.pipeline))
    let title = names.count == 1 ? names.first ?? "" : "\(names.count) pipelines"
    let frame = PageFrame(
      header: """
        <div class="kicker">Assay comparison of \(runs.count) runs</div>
        <div class="top"><h1>\(title)</h1></div>
        \(ComparedRunTable.html(compared, report: report))
        \(VerdictCards.html(compared, metrics))
        """,
      sections: sections.compactMap { section in
        section.body.map { .init(id: section.id, title: section.title, body: $0) }
      },
      footer: """
        <p>Written by Assay from the record and the store. Cells are paired by name. Times are UTC.</p>
        """)
    return Page(
      title: "\(title) · \(runs.map(\.run.id).joined(separator: ", "))", body: frame.html
    ).html
  }

  /// The heads of one column per run.
  static func columns(_ compared: ComparedRuns) -> [DataTable.Column] {
    compared.letters.map { .text($0) }
  }

  /// The first rows of a table, and a note on the others.
  static func rest(_ count: Int) -> HTML {
    count > rowLimit
      ? "<p class=\"soft small\">and \(Display.count(count - rowLimit, "more row")); 'assay diff --json' lists all</p>"
      : .empty
  }
}

/// The runs of a comparison, each with the letter and colour that stand for it.
enum ComparedRunTable {
  /// The table.
  static func html(_ compared: ComparedRuns, report: (String) -> String?) -> HTML {
    var table = DataTable(
      name: "runs",
      [
        .text("run"), .text("pipeline"), .text("status"), .text("started"), .number("time"),
        .number("cached"), .number("executed"), .number("failed"), .number("skipped"),
        .number("checks met"), .text("marks"),
      ])
    for (place, run) in compared.runs.enumerated() {
      let row = run.summary.run
      let id: HTML = report(row.id).map { "<a href=\"\($0)\">\(row.id)</a>" } ?? "\(row.id)"
      let status = run.summary.end?.status.rawValue ?? "unfinished"
      let checks = run.cells.flatMap(\.checks)
      let marks = RunMarks(run.events)
      func count(_ status: StageStatus) -> DataTable.Field {
        DataTable.Field(String(run.cells.count { $0.row.status == status }))
      }
      table.append([
        .init(
          html:
            "<span class=\"nowrap\"><i class=\"dot b\(place)\"></i><b>\(ComparedRuns.letter(place))</b> \(id)</span>",
          value: row.id),
        .init(row.pipeline),
        .init(html: "<span class=\"badge \(status)\">\(status)</span>", value: status),
        .init(String(Display.time(row.started).dropLast(4))),
        .init(
          html: "\(run.summary.seconds.map(Display.seconds) ?? "")",
          value: run.summary.seconds.map(\.description) ?? ""),
        count(.hit), count(.executed), count(.failed), count(.skipped),
        .init(checks.isEmpty ? "" : "\(checks.count(where: \.met)) of \(checks.count)"),
        .init((marks.tags + (marks.isPinned ? ["pinned"] : [])).joined(separator: " ")),
      ])
    }
    return table.html
  }
}

/// What differs in a few sentences, one card per compared run.
enum VerdictCards {
  /// The maximum number of metrics in a card.
  private static let metricLimit = 6

  /// The cards.
  static func html(_ compared: ComparedRuns, _ metrics: MetricMatrix) -> HTML {
    let cards = compared.comparisons.enumerated().map { place, comparison -> HTML in
      let letter = ComparedRuns.letter(place + 1)
      let first = comparison.firstStage.map { ", first at stage '\($0)'" } ?? ""
      let verdict =
        comparison.isEqual
        ? "The results of a and \(letter) are equal."
        : "The results of a and \(letter) differ\(first)."
      let listed = metrics.headline.isEmpty ? metrics.others : metrics.headline
      let moved = listed.filter { $0.isDifferent(place + 1) }
      let lines = moved.prefix(metricLimit).map { row -> HTML in
        let (old, new) = (row.values[0], row.values[place + 1])
        let change: HTML =
          if let old, let new { " (\(Display.difference(new - old)))" } else { .empty }
        return """
          <li>\(HTML.name(row.cell)) \(row.metric): \(old.map(Display.number) ?? "none") → \
          <b>\(new.map(Display.number) ?? "none")</b>\(change)</li>
          """
      }
      let rest: HTML =
        moved.count > metricLimit
        ? "<li class=\"soft\">and \(Display.count(moved.count - metricLimit, "more metric"))</li>"
        : .empty
      return """
        <div class="alarm\(comparison.isEqual ? " calm" : " mild")"><p><b>\(verdict)</b> \
        \(causes(comparison))</p><ul>\(HTML(lines))\(rest)</ul></div>
        """
    }
    return HTML(cards)
  }

  /// What was changed, counted.
  private static func causes(_ comparison: RunComparison) -> String {
    let counts: [(Int, String)] = [
      (comparison.parameters.different.count, "parameter"),
      (comparison.fields.parameters.count, "stage parameter"),
      (comparison.fields.locations.count, "location"), (comparison.fields.code.count, "code field"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { Display.count($0.0, $0.1) }
    guard let last = parts.last else {
      return comparison.samePipeline
        ? "Parameters, inputs and code are the same." : "The text of the pipeline differs."
    }
    let list = parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + last : last
    return "What differs: \(list)."
  }
}
