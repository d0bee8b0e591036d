internal import PipelineDSL
internal import Store

extension RunComparison {
  /// How many lines of one kind the text shows.
  private static let limit = 40

  /// The comparison for a person: sections in a fixed order, those without difference in a line.
  public var text: String {
    var out = "a  \(Self.name(a))\nb  \(Self.name(b))\n\n"
    out += isEqual ? "The results are equal.\n" : "The results differ.\n"
    out += "\npipeline: "
    out +=
      samePipeline
      ? "same text (\(a.run.pipelineDigest.short))\n"
      : "texts differ (\(a.run.pipelineDigest.short), \(b.run.pipelineDigest.short))\n"
    out += section("parameters", parameters) {
      [$0.name, $0.a.map(JSONCanonicalForm.text) ?? "-", $0.b.map(JSONCanonicalForm.text) ?? "-"]
    }
    out += section("environment", environment) { [$0.name, $0.a ?? "-", $0.b ?? "-"] }
    out += stages
    out += section("artifacts", artifacts) {
      ["\($0.cell) \($0.port)", $0.a?.short ?? "-", $0.b?.short ?? "-"]
    }
    out += metricTable
    return out
  }

  private static func name(_ run: RunSummary) -> String {
    let status = run.end?.status.rawValue ?? "unfinished"
    return
      "\(run.run.id)  \(Display.line(run.run.pipeline))  \(status)  \(Display.time(run.run.started))"
  }

  private func section<Row>(
    _ title: String, _ rows: [Row], _ fields: (Row) -> [String]
  ) -> String {
    guard !rows.isEmpty else { return "\(title): no difference\n" }
    var table = TextTable([.left("  \(title)"), .left("a"), .left("b")])
    for row in rows.prefix(Self.limit) {
      let row = fields(row)
      table.append(["  " + row[0], row[1], row[2]])
    }
    return "\(title): \(rows.count) \(rows.count == 1 ? "differs" : "differ")\n" + table.text
      + Self.rest(rows.count)
  }

  private static func rest(_ count: Int) -> String {
    count > limit ? "  and \(count - limit) more; --json lists all\n" : ""
  }

  private var stages: String {
    guard let firstStage else {
      return "stages: no difference (\(Display.count(unchanged, "cell")))\n"
    }
    var out = "stages: first to differ is '\(Display.line(firstStage))'; "
    out += "\(cells.count) differ, \(unchanged) unchanged, "
    out += "\(onlyInA.count) only in a, \(onlyInB.count) only in b\n"
    for (title, names) in [("only in a", onlyInA), ("only in b", onlyInB)] where !names.isEmpty {
      out += names.prefix(Self.limit).map { "  \(title): \(Display.line($0))\n" }.joined()
      out += Self.rest(names.count)
    }
    let told = cells.filter { $0.isRoot || $0.fields.isEmpty }
    for cell in told.prefix(Self.limit) { out += Self.lines(of: cell) }
    out += Self.rest(told.count)
    let followers = cells.count - told.count
    if followers > 0 {
      out +=
        followers == 1
        ? "  1 cell differs only by what it takes in\n"
        : "  \(followers) cells differ only by what they take in\n"
    }
    return out
  }

  private static func lines(of cell: CellDifference) -> String {
    var out = "  \(Display.line(cell.cell))"
    if cell.a != cell.b { out += ": \(cell.a.rawValue) in a, \(cell.b.rawValue) in b" }
    if let unknown = cell.unknown { out += " (\(Display.line(unknown)))" }
    out += "\n"
    for field in cell.fields.prefix(limit) {
      out += "    \(Display.line(field.pointer)): \(shown(field.old)) -> \(shown(field.new))\n"
    }
    return out + rest(cell.fields.count)
  }

  private static func shown(_ value: JSONValue?) -> String { Display.line(Display.text(value)) }

  private var metricTable: String {
    guard !metrics.isEmpty else { return "metrics: no difference\n" }
    var table = TextTable([
      .left("  metrics"), .right("a"), .right("b"), .right("difference"), .right("steps"),
    ])
    for row in metrics.prefix(Self.limit) {
      table.append([
        "  \(row.cell) \(row.name)", row.a.map(Display.number) ?? "-",
        row.b.map(Display.number) ?? "-", row.change.map(Display.difference) ?? "-",
        row.steps > 1 ? String(row.steps) : "",
      ])
    }
    return "metrics: \(metrics.count) \(metrics.count == 1 ? "differs" : "differ")\n" + table.text
      + Self.rest(metrics.count)
  }
}
