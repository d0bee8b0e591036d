internal import PipelineDSL
internal import Store

/// What the models look at: a table per explained cell, with a row per image.
enum ExplanationsSection: ReportSection {
  static let (id, title) = ("explanations", "Explanations")
  /// Tables in the report, their rows, how many are unfolded, and links to other tables.
  private static let (tableLimit, rowLimit, openLimit, linkLimit) = (12, 10, 2, 60)

  static func body(_ context: ReportContext) -> HTML? {
    let artifacts = context.pictures.artifacts { $0.type == .explanations }
    guard !artifacts.isEmpty else { return nil }
    let shown = artifacts.prefix(tableLimit)
    let tables = shown.enumerated().map { index, found -> HTML in
      let more: HTML =
        found.cells.count > 1
        ? " <span class=\"soft\">and \(Display.count(found.cells.count - 1, "cell")) with the same pictures</span>"
        : .empty
      let content = table(
        ExplanationTable(found.artifact, of: found.cell, context), of: found.cell,
        budget: context.pictures.shares.explanations / shown.count, context)
      return """
        <details\(index < openLimit ? " open" : "")><summary><b>\(found.cell)</b>\(more)</summary>
        \(content)</details>
        """
    }
    return """
      <p class="soft small">One row per image of the test set, one column per view of it: what speaks for the \
      predicted class.</p>
      \(HTML(tables))\(others(artifacts.dropFirst(tableLimit), context))
      """
  }

  private static func table(
    _ table: ExplanationTable, of cell: String, budget: Int, _ context: ReportContext
  ) -> HTML {
    let problems = HTML(table.problems.map(missing))
    guard table.count > 0 else { return problems }
    let (body, next) = table.part(from: 0, budget: budget, limit: rowLimit)
    guard next < table.count else { return "\(body)\(problems)" }
    let rest = context.pictures.files.link(
      to: pages(of: table, cell, context), count: table.count, shown: next, "image")
    return "\(body)\(rest)\(problems)"
  }

  /// The link to pages of all rows of a table.
  private static func pages(
    of table: ExplanationTable, _ cell: String, _ context: ReportContext
  ) -> String? {
    context.pictures.files.addPages(
      "explanations-\(cell)", title: "Explanations of \(cell)", count: table.count
    ) { start, budget in table.part(from: start, budget: budget) }
  }

  /// Links to the pages of the cells that have no table in the report.
  private static func others(
    _ rest: ArraySlice<ReportPictures.Found>, _ context: ReportContext
  ) -> HTML {
    guard !rest.isEmpty else { return .empty }
    let (shown, more) = cut(Array(rest), to: linkLimit, "cell")
    let items = shown.map { found -> HTML in
      let table = ExplanationTable(found.artifact, of: found.cell, context)
      guard table.count > 0, let link = pages(of: table, found.cell, context) else {
        return "<li>\(found.cell)</li>"
      }
      return "<li><a href=\"\(link)\">\(found.cell)</a></li>"
    }
    return """
      <details><summary>\(Display.count(rest.count, "more explained cell"))</summary>
      <ul>\(HTML(items))</ul>\(more)</details>
      """
  }
}
