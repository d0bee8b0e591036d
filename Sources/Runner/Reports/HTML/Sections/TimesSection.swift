/// How long each model took, by phase.
enum TimesSection: ReportSection {
  static let (id, title) = ("times", "Times")
  private static let rowLimit = 80

  static func body(_ context: ReportContext) -> HTML? {
    guard let times = context.times, !times.phases.isEmpty else { return nil }
    let phases = times.phases
    let (shown, rest) = cut(times.rows, to: rowLimit, "model", see: "'assay metrics --times'")
    let lines = shown.map { row -> HTML in
      let fields = phases.map { phase -> HTML in
        "<td class=\"n\">\(row.seconds[phase].map(Display.seconds) ?? "")</td>"
      }
      return """
        <tr><td>\(row.cell)</td>\(HTML(fields))<td class="n"><b>\(Display.seconds(row.overall))</b></td>\
        <td class="soft">\(row.origin)</td></tr>
        """
    }
    return """
      <p class="soft">Each line adds up the cell and all cells it needs; cells that several models \
      share count in each of them.</p>
      <div class="scroll"><table class="wide"><tr><th>cell</th>\
      \(HTML(phases.map { "<th class=\"n\">\($0)</th>" }))<th class="n">overall</th><th>from</th></tr>
      \(HTML(lines))</table></div>\(rest)
      """
  }
}
