/// Writes LaTeX.
enum LaTeX {
  /// A `table` for the package `booktabs`; the caption is in sentences, and rows and caption are escaped.
  static func table(
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
      case "<": out += "\\textless{}"
      case ">": out += "\\textgreater{}"
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
