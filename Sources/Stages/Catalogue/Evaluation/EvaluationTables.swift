internal import PipelineDSL

/// The tables of `evaluate` that have rows of every part.
struct EvaluationTables: Sendable {
  private var classes = CSVTable(columns: ClassesFormat.columns)
  private var intervals = CSVTable(columns: IntervalsFormat.columns)
  private var sources = CSVTable(columns: SourcesFormat.columns)
  private var groups = CSVTable(columns: GroupsFormat.columns)

  /// Adds the rows of a part.
  mutating func add(_ part: EvaluatedPart, _ rows: [EvaluatedPart.Interval]) {
    for row in part.report.rows(of: part.part) { classes.append(row) }
    for row in rows {
      intervals.append(
        [part.part.rawValue, row.scope, row.metric]
          + [row.value, row.low, row.high].map(EvaluatedPart.text)
          + [row.method.rawValue, String(row.samples), row.groups.map(String.init) ?? ""]
          + [EvaluatedPart.text(part.parameters.confidence)])
    }
    addSources(part, rows)
    addGroups(part)
  }

  /// One row per source, whose scores are those of the intervals.
  private mutating func addSources(_ part: EvaluatedPart, _ rows: [EvaluatedPart.Interval]) {
    for source in part.knownSources {
      let scope = IntervalsFormat.scope(ofSource: source)
      let own = rows.filter { $0.scope == scope }
      let accuracy = own.first { $0.metric == "accuracy" && $0.method == .wilson }
      let f1 = own.first { $0.metric == "macro-f1-present" }
      let members = part.sources.indices.filter { part.sources[$0] == source }
      let groups = Set(members.map { part.groups.numbers[$0] }).count
      sources.append(
        [part.part.rawValue, source, String(members.count), String(groups)]
          + [accuracy?.value, accuracy?.low, accuracy?.high].map(EvaluatedPart.text)
          + [f1?.value, f1?.low, f1?.high].map(EvaluatedPart.text))
    }
  }

  /// One row per group that has a name, sorted by name.
  private mutating func addGroups(_ part: EvaluatedPart) {
    var counts = [(samples: Int, right: Int)](repeating: (0, 0), count: part.groups.count)
    for (index, isRight) in part.right.enumerated() {
      let group = Int(part.groups.numbers[index])
      counts[group].samples += 1
      counts[group].right += isRight ? 1 : 0
    }
    let named = counts.indices.filter { !part.groups.names[$0].isEmpty }
      .sorted { part.groups.names[$0] < part.groups.names[$1] }
    for group in named {
      let (samples, right) = counts[group]
      groups.append([
        part.part.rawValue, part.groups.names[group], String(samples), String(right),
        EvaluatedPart.text(Double(right) / Double(samples)),
      ])
    }
  }

  /// Writes the tables into a folder; those of sources and groups only if they have rows.
  func write(to folder: String) throws(StageError) {
    try writeFile(classes.bytes, folder + "/" + ClassesFormat.file)
    try writeFile(intervals.bytes, folder + "/" + IntervalsFormat.file)
    for (table, file) in [(sources, SourcesFormat.file), (groups, GroupsFormat.file)]
    where !table.rows.isEmpty {
      try writeFile(table.bytes, folder + "/" + file)
    }
  }
}
