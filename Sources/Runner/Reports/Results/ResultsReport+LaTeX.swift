internal import PipelineDSL

extension ResultsReport {
  /// The results as LaTeX: one `table` each, for the package `booktabs`.
  var latex: String { runs.map(Self.latex).joined(separator: "\n") }

  private static func latex(_ run: RunResults) -> String {
    var out = "% \(Display.line(run.pipeline)): \(Display.line(run.identity))\n"
    if !run.about.isEmpty { out += "% \(run.about)\n" }
    let notes = run.notes.map(LaTeX.escaped)
    for table in run.tables {
      let rows = zip(table.rows, table.texts).map { row, texts in ([row] + texts).map(LaTeX.escaped)
      }
      out += LaTeX.table(
        head: [table.corner] + table.columns, alignment: table.columns.map { _ in true }, rows,
        caption: [LaTeX.escaped(table.title)] + notes + table.legend.map(LaTeX.escaped))
    }
    for appendix in run.appendices {
      guard let table = appendix.display else { continue }
      out += LaTeX.table(
        head: table.columns.map(\.heading), alignment: table.columns.dropFirst().map(\.isRight),
        table.rows.map { $0.map(LaTeX.escaped) },
        caption: [LaTeX.escaped(appendix.title)] + notes + [LaTeX.escaped(appendix.about)])
    }
    return out
  }
}
