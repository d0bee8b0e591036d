internal import PipelineDSL

extension ResultsReport {
  /// The results as LaTeX: one `table` each, for the package `booktabs`.
  var latex: String { runs.map(Self.latex).joined(separator: "\n") }

  private static func latex(_ run: RunResults) -> String {
    var out = "% \(Display.line(run.pipeline)): \(Display.line(run.identity))\n"
    if !run.about.isEmpty { out += "% \(run.about)\n" }
    let notes = run.notes.map(escaped)
    for table in run.tables {
      let rows = zip(table.rows, table.texts).map { row, texts in ([row] + texts).map(escaped) }
      out += latex(
        head: [table.corner] + table.columns, alignment: table.columns.map { _ in true }, rows,
        caption: [escaped(table.title)] + notes + table.legend.map(escaped))
    }
    for appendix in run.appendices {
      guard let table = appendix.display else { continue }
      out += latex(
        head: table.columns.map(\.heading), alignment: table.columns.dropFirst().map(\.isRight),
        table.rows.map { $0.map(escaped) },
        caption: [escaped(appendix.title)] + notes + [escaped(appendix.about)])
    }
    return out
  }

  private static func latex(
    head: [String], alignment: [Bool], _ rows: [[String]], caption: [String]
  ) -> String {
    func line(_ fields: [String]) -> String { "    " + fields.joined(separator: " & ") + " \\\\\n" }
    let columns = "l" + alignment.map { $0 ? "r" : "l" }.joined()
    let text = caption.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
    return """
      \\begin{table}
        \\caption{\(text)}
        \\begin{tabular}{\(columns)}
          \\toprule
      \(line(head.map(escaped)))    \\midrule
      \(rows.map(line).joined())    \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  /// Text on one line with all special characters escaped.
  static func escaped(_ text: String) -> String {
    var out = ""
    for character in Display.line(text) {
      switch character {
      case "\\": out += "\\textbackslash{}"
      case "~": out += "\\textasciitilde{}"
      case "^": out += "\\textasciicircum{}"
      case "|": out += "\\textbar{}"
      case "±": out += "$\\pm$"
      case "–": out += "--"
      case "−": out += "$-$"
      case "∞": out += "$\\infty$"
      case "&", "%", "$", "#", "_", "{", "}": out += "\\\(character)"
      default: out.append(character)
      }
    }
    return out
  }
}
