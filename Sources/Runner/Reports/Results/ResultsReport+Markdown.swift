internal import PipelineDSL

extension ResultsReport {
  /// The results as Markdown (CommonMark with tables).
  var markdown: String {
    guard !runs.isEmpty else { return "No runs are recorded.\n" }
    return "# Results\n\n" + runs.map(Self.markdown).joined()
  }

  private static func markdown(_ run: RunResults) -> String {
    var out = "## \(Markdown.escaped(run.pipeline))\n\n"
    if !run.about.isEmpty { out += Markdown.escaped(run.about) + "\n\n" }
    out += Markdown.escaped(run.identity) + "\n\n"
    if run.tables.isEmpty, run.appendices.isEmpty {
      out += "This run has none of the metrics.\n\n"
    }
    let notes = run.notes.map { "> \(Markdown.escaped($0))\n\n" }.joined()
    for table in run.tables {
      out += "### \(Markdown.escaped(table.title))\n\n" + notes + markdown(table)
    }
    for appendix in run.appendices {
      out += "### \(Markdown.escaped(appendix.title))\n\n" + notes
      switch appendix.content {
      case .problem(let reason): out += Markdown.escaped(reason) + "\n\n"
      case .table: out += (appendix.display?.markdown ?? "") + "\n"
      }
      out += Markdown.escaped(appendix.about) + "\n\n"
    }
    return out
  }

  private static func markdown(_ table: GridTable) -> String {
    var text = TextTable([.left(table.corner)] + table.columns.map { .right($0) })
    for (row, entries) in zip(table.rows, table.texts) { text.append([row] + entries) }
    let legend = table.legend
    return text.markdown + "\n"
      + (legend.isEmpty ? "" : legend.map(Markdown.escaped).joined(separator: ";\n") + "\n\n")
  }
}
