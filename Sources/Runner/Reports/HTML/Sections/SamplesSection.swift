internal import PipelineDSL
internal import Store

/// How many samples each class has: by part and source for each split, by source for each stage.
enum SamplesSection: ReportSection {
  static let (id, title) = ("samples", "Samples")
  private static let (cardLimit, classLimit, sourceLimit) = (40, 40, 7)
  private static let parts = Part.allCases.map(\.rawValue)

  static func body(_ context: ReportContext) -> HTML? {
    var (splits, tables): ([HTML], [HTML]) = ([], [])
    var seen: Set<Digest> = []
    for cell in context.facts.cells {
      for artifact in cell.artifacts {
        let name = artifact.type == .split ? SplitFormat.file : SamplesFormat.file
        guard [.split, .samples, .images].contains(artifact.type),
          seen.insert(artifact.digest).inserted,
          let found = table(name, artifact, context.reader)
        else { continue }
        switch (found, artifact.type) {
        case (.missing(let reason), _):
          tables.append("<div class=\"card\"><h3>\(cell.row.cell)</h3>\(missing(reason))</div>")
        case (.value(let table), .split):
          splits.append(split(table, cell.row.cell, sources: sources(of: cell.row.cell, context)))
        case (.value(let table), _): tables.append(labels(table, cell.row.cell))
        }
      }
    }
    guard !splits.isEmpty || !tables.isEmpty else { return nil }
    let (shownSplits, restSplits) = cut(splits, to: cardLimit, "split")
    let (shown, rest) = cut(tables, to: cardLimit, "table of samples", "tables of samples")
    return """
      <div class="cards">\(HTML(shownSplits))\(HTML(shown))</div>\(restSplits)\(rest)
      """
  }

  private static func table(
    _ name: String, _ artifact: ArtifactRow, _ reader: ArtifactReader
  ) -> ArtifactReader.Found<CSVTable>? {
    switch reader.files(artifact) {
    case .missing(let reason): .missing(reason)
    case .value(let files): reader.table(name, in: files)
    }
  }

  /// Counts rows by one column, and within it by another.
  static func counts(_ table: CSVTable, _ row: Int, _ column: Int) -> [String: [String: Int]] {
    var counts: [String: [String: Int]] = [:]
    for fields in table.rows { counts[fields[row], default: [:]][fields[column], default: 0] += 1 }
    return counts
  }

  /// The sources of the samples that a cell splits, by id; empty if they are unknown.
  private static func sources(of cell: String, _ context: ReportContext) -> [String: String] {
    guard
      let artifact = context.pictures.input(.images, of: cell)
        ?? context.pictures.input(.samples, of: cell),
      case .value(let table)? = table(SamplesFormat.file, artifact, context.reader),
      let id = table.position(of: SamplesFormat.Column.id),
      let source = table.position(of: SamplesFormat.Column.source)
    else { return [:] }
    return Dictionary(table.rows.map { ($0[id], $0[source]) }) { first, _ in first }
  }

  private static func split(
    _ table: CSVTable, _ cell: String, sources: [String: String]
  ) -> HTML {
    guard let label = table.position(of: SplitFormat.Column.label),
      let part = table.position(of: SplitFormat.Column.part)
    else { return missing("split.csv of \(cell) has no columns 'label' and 'part'") }
    let counts = counts(table, label, part)
    let found = Set(counts.values.flatMap(\.keys))
    // A part that most splits do not have is shown only where it is used.
    let parts = parts.filter { $0 != Part.calibration.rawValue || found.contains($0) }
    let others = found.subtracting(parts).sorted()
    let columns = parts + others
    let byPart = card(
      "\(cell)", "class by part", counts, columns: columns, total: table.rows.count)
    guard let id = table.position(of: SplitFormat.Column.id), Set(sources.values).count > 1 else {
      return byPart
    }
    var bySource: [String: [String: [String: Int]]] = [:]
    for row in table.rows {
      let source = sources[row[id]] ?? "unknown"
      bySource[row[label], default: [:]][source, default: [:]][row[part], default: 0] += 1
    }
    return """
      \(byPart)<div class="card" style="grid-column:1/-1"><h3>\(cell) <span class="soft">class by source by \
      part</span></h3>\(sourceTable(bySource, columns))</div>
      """
  }

  /// The counts of a split by class, source and part, in this order.
  private static func sourceTable(
    _ counts: [String: [String: [String: Int]]], _ parts: [String]
  ) -> HTML {
    var table = DataTable(
      name: "samples by class, source and part",
      [.text("class"), .text("source")] + parts.map { .number($0) } + [.number("all")])
    for label in counts.keys.sorted(by: RunFacts.natural) {
      for (source, own) in (counts[label] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let numbers = parts.map { own[$0] ?? 0 } + [own.values.reduce(0, +)]
        table.append(
          [.init(label.isEmpty ? "(none)" : label), .init(source)]
            + numbers.map { .init(Double($0)) })
      }
    }
    return table.html
  }

  private static func labels(_ table: CSVTable, _ cell: String) -> HTML {
    guard let label = table.position(of: SamplesFormat.Column.label),
      let source = table.position(of: SamplesFormat.Column.source)
    else { return missing("samples.csv of \(cell) has no columns 'label' and 'source'") }
    let counts = counts(table, label, source)
    let sources = Set(counts.values.flatMap(\.keys)).sorted()
    return card(
      "\(cell)", sources.count == 1 ? "from \(sources[0])" : "class by source", counts,
      columns: sources.count <= sourceLimit ? sources : [], total: table.rows.count)
  }

  /// A table with bars: one row per class, one colour per column.
  private static func card(
    _ title: String, _ about: String, _ counts: [String: [String: Int]], columns: [String],
    total: Int
  ) -> HTML {
    let sums = counts.mapValues { $0.values.reduce(0, +) }
    let most = max(1, sums.values.max() ?? 1)
    let (shown, rest) = cut(
      counts.keys.sorted(by: RunFacts.natural), to: classLimit, "class", "classes")
    let lines = shown.map { name -> HTML in
      let own = counts[name] ?? [:]
      let sum = sums[name] ?? 0
      let pieces = (columns.isEmpty ? [""] : columns).enumerated().map { index, column -> HTML in
        let count = columns.isEmpty ? sum : own[column] ?? 0
        return """
          <i class="b\(index % 6)" style="width:\(Double(count) / Double(most) * 100)%"></i>
          """
      }
      let fields = columns.count > 1 ? columns.map { "\(own[$0] ?? 0)" } : []
      return """
        <tr><td>\(name.isEmpty ? "(none)" : name)</td>\(HTML(fields.map { "<td class=\"n\">\($0)</td>" }))\
        <td class="n">\(sum)</td><td style="width:34%;min-width:80px"><div class="bar" \
        style="margin-top:5px">\(HTML(pieces))</div></td></tr>
        """
    }
    let heads = columns.count > 1 ? columns : []
    let headings = heads.enumerated().map { index, name -> HTML in
      "<th class=\"n\"><i class=\"dot b\(index % 6)\"></i>\(name)</th>"
    }
    return """
      <div class="card"\(wide(!heads.isEmpty))><h3>\(title) <span class="soft">\(about), \
      \(Display.count(total, "sample"))</span></h3>
      <div class="scroll"><table class="wide"><tr><th>class</th>\(HTML(headings))\
      <th class="n">all</th><th></th></tr>
      \(HTML(lines))</table></div>\(rest)</div>
      """
  }

  private static func wide(_ isWide: Bool) -> HTML {
    isWide ? " style=\"grid-column:1/-1\"" : .empty
  }
}
