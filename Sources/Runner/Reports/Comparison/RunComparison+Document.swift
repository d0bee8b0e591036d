internal import PipelineDSL
internal import Statistics
internal import Store

extension RunComparison {
  /// The comparison as text, in full: sections in a fixed order; what is equal is only counted.
  var text: String { text(width: nil) }

  /// The comparison for a terminal of some width, on which long lists and values are cut; in full if
  /// the width is `nil`.
  public func text(width: Int?) -> String {
    document(isFull: width == nil).text(width: width)
  }

  /// The comparison as Markdown, in full.
  public var markdown: String { document(isFull: true).markdown }

  private func document(isFull: Bool) -> TextDocument {
    var head: [TextDocument.Block] = [.lines(["a  \(Self.name(a))", "b  \(Self.name(b))", ""])]
    let place = firstStage.map { ", first at stage '\($0)'" } ?? ""
    head.append(.lines([isEqual ? "The results are equal." : "The results differ\(place)."]))
    return TextDocument(
      title: "\(a.run.id) and \(b.run.id)", head: head,
      sections: [
        leadingSection, repeatSection, predictionSection, pipelineSection(isFull),
        parameterSection(isFull), inputSection, codeSection(isFull), stageSection(isFull),
        metricSection, artifactSection,
      ])
  }

  private static func name(_ run: RunSummary) -> String {
    let status = run.end?.status.rawValue ?? "unfinished"
    return "\(run.run.id)  \(run.run.pipeline)  \(status)  \(Display.time(run.run.started))"
  }

  /// `2 differ, 5 unchanged`, or `no difference (5 unchanged)`.
  private static func count(_ different: Int, _ unchanged: Int? = nil) -> String {
    let same = unchanged.map { "\($0) unchanged" }
    if different == 0 { return "no difference" + (same.map { " (\($0))" } ?? "") }
    return "\(different) \(different == 1 ? "differs" : "differ")" + (same.map { ", \($0)" } ?? "")
  }

  private static func table<Row>(
    _ columns: [TextTable.Column], _ rows: [Row], _ fields: (Row) -> [String]
  ) -> [TextDocument.Block] {
    guard !rows.isEmpty else { return [] }
    var table = TextTable(columns)
    for row in rows { table.append(fields(row)) }
    return [.table(table)]
  }

  private static func shown(_ value: JSONValue?, _ isFull: Bool) -> String {
    let text = value == nil ? "-" : Display.text(value)
    return text.count > 60 && !isFull ? text.prefix(57) + "..." : text
  }

  /// Two values side by side; unless they are shown in full, long values are cut to the place where
  /// they differ.
  static func shown(_ old: JSONValue?, _ new: JSONValue?, _ isFull: Bool = false) -> [String] {
    let short = [shown(old, isFull), shown(new, isFull)]
    guard !isFull, short.contains(where: { $0.hasSuffix("...") }) else { return short }
    let pair = JSONExcerpt.pair(old, new, width: 60, none: "-")
    return [pair.old, pair.new]
  }

  // MARK: Inputs

  private func pipelineSection(_ isFull: Bool) -> TextDocument.Section {
    if samePipeline {
      return .init("pipeline", "same text (\(a.run.pipelineDigest.short))")
    }
    let digests = "(\(a.run.pipelineDigest.short), \(b.run.pipelineDigest.short))"
    guard let textChanges else { return .init("pipeline", "texts differ \(digests)") }
    guard !textChanges.isEmpty else {
      return .init("pipeline", "texts differ only in layout \(digests)")
    }
    return .init(
      "pipeline", "texts differ in \(Display.count(textChanges.count, "place")) \(digests)",
      Self.table([.left("place"), .left("a"), .left("b")], textChanges) {
        [$0.pointer] + Self.shown($0.old, $0.new, isFull)
      })
  }

  private func parameterSection(_ isFull: Bool) -> TextDocument.Section {
    let columns: [TextTable.Column] = [.left("parameter"), .left("a"), .left("b")]
    var blocks = Self.table(columns, parameters.different) {
      [$0.name] + Self.shown($0.a, $0.b, isFull)
    }
    blocks += Self.table(
      [.left("stage"), .left("parameter"), .left("a"), .left("b")], fields.parameters
    ) { [$0.whose, $0.name] + Self.shown($0.old, $0.new, isFull) }
    var summary = Self.count(parameters.different.count, parameters.unchanged)
    if !fields.parameters.isEmpty {
      summary += "; of stages \(Self.count(fields.parameters.count))"
    }
    return .init("parameters", summary, blocks)
  }

  private var inputSection: TextDocument.Section {
    var blocks: [TextDocument.Block] = []
    for change in fields.locations {
      guard let files = change.files else {
        blocks.append(.lines(["\(change.whose) \(change.name): its list of files is unknown"]))
        continue
      }
      let counts = [
        (files.edited.count, "changed"), (files.added.count, "added"),
        (files.removed.count, "removed"), (files.renamed.count, "renamed"),
        (files.unchanged, "unchanged"),
      ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      blocks.append(
        .lines(["\(change.whose) \(change.name): \(counts.joined(separator: ", "))"]))
      let rows =
        files.edited.map { ["changed", $0.path, $0.old.short, $0.new.short] }
        + files.added.map { ["added", $0.path, "-", $0.digest.short] }
        + files.removed.map { ["removed", $0.path, $0.digest.short, "-"] }
        + files.renamed.map { ["renamed", "\($0.from) to \($0.to)", $0.digest.short, "same"] }
      blocks += Self.table([.left("file"), .left("path"), .left("a"), .left("b")], rows) { $0 }
    }
    return .init("inputs", Self.count(fields.locations.count), blocks)
  }

  private func codeSection(_ isFull: Bool) -> TextDocument.Section {
    var rows = fields.code.map {
      [
        $0.name == "revision" ? "revision of \($0.owner)" : "\($0.owner) \($0.name)",
        Self.shown($0.old, isFull), Self.shown($0.new, isFull),
        Display.count($0.cells.count, "cell"),
      ]
    }
    rows += environment.different.map {
      let value = { (text: String?) in text.map { Self.shown(.string($0), isFull) } ?? "-" }
      return ["\(Self.group(of: $0.name)) \($0.name)", value($0.a), value($0.b), ""]
    }
    return .init(
      "code and environment",
      Self.count(fields.code.count + environment.different.count, environment.unchanged),
      Self.table([.left("field"), .left("a"), .left("b"), .left("in keys of")], rows) { $0 })
  }

  /// The group that a fact of the environment belongs to.
  static func group(of fact: String) -> String {
    switch fact {
    case "assay", "assay-digest", "commit", "swift", "sqlite": "program"
    case "architecture", "host", "jobs", "kernel", "memory", "processor", "processors": "machine"
    default: "library"
    }
  }

  // MARK: Results

  private func stageSection(_ isFull: Bool) -> TextDocument.Section {
    guard let firstStage else {
      return .init("stages", "no difference (\(Display.count(unchanged, "cell")))")
    }
    let summary =
      "first to differ is '\(firstStage)'; \(cells.count) differ, \(unchanged) unchanged, "
      + "\(onlyInA.count) only in a, \(onlyInB.count) only in b"
    var blocks: [TextDocument.Block] = []
    for (title, names) in [("only in a", onlyInA), ("only in b", onlyInB)] where !names.isEmpty {
      blocks.append(.lines(names.map { "\(title): \($0)" }))
    }
    let told = cells.filter { $0.unknown != nil || $0.hasOtherFate }
    blocks.append(
      .lines(
        told.map { cell in
          "\(cell.cell): \(cell.a.rawValue) in a, \(cell.b.rawValue) in b"
            + (cell.unknown.map { " (\($0))" } ?? "")
        }))
    blocks += Self.table(
      [.left("stage"), .left("field"), .left("a"), .left("b")], fields.others
    ) { [$0.whose, $0.name] + Self.shown($0.old, $0.new, isFull) }
    let roots = cells.count(where: \.isRoot)
    let followers = cells.count { !$0.isRoot && !$0.fields.isEmpty }
    var lines: [String] = []
    if roots > 0 {
      lines.append(
        roots == 1 ? "1 cell changed itself" : "\(roots) cells changed themselves")
    }
    if followers > 0 {
      lines.append(
        followers == 1
          ? "1 cell differs only in its inputs"
          : "\(followers) cells differ only in their inputs")
    }
    blocks.append(.lines(lines))
    return .init("stages", summary, blocks)
  }

  private var artifactSection: TextDocument.Section {
    .init(
      "artifacts", Self.count(artifacts.count, unchangedArtifacts),
      Self.table([.left("artifact"), .left("a"), .left("b")], artifacts) {
        ["\($0.cell) \($0.port)", $0.a?.short ?? "-", $0.b?.short ?? "-"]
      })
  }

  /// The metrics that a reader asks for first: those with checks, and those of the test set.
  private var leadingSection: TextDocument.Section {
    let leading = metrics.filter(\.leads)
    return .init(
      "checked and test metrics", Self.count(leading.count, unchangedLeading),
      leading.isEmpty ? [] : [.table(Self.table(of: leading).textTable)])
  }

  private var metricSection: TextDocument.Section {
    let others = metrics.filter { !$0.leads }
    return .init(
      "other metrics", Self.count(others.count, unchangedMetrics - unchangedLeading),
      others.isEmpty ? [] : [.table(Self.table(of: others).textTable)])
  }

  private var repeatSection: TextDocument.Section {
    guard !repeats.isEmpty else {
      return .init(
        "metrics of repeats",
        unchangedRepeats > 0
          ? Self.count(0, unchangedRepeats)
          : "no stage has \(PairedBootstrap.fewest) cells in both runs to pair")
    }
    return .init(
      "metrics of repeats",
      Self.count(repeats.count, unchangedRepeats)
        + "; mean of b - a over pairs of cells, with the 95 % percentile interval of "
        + "\(PairedBootstrap.resamples) bootstrap resamples",
      Self.table(
        [
          .left("stage"), .left("metric"), .right("a"), .right("b"), .right("difference"),
          .right("from"), .right("to"), .right("pairs", importance: 2),
          .left("over", importance: 1),
        ], repeats
      ) { row in
        [
          row.coordinates.isEmpty ? row.stage : "\(row.stage)@\(row.coordinates)", row.metric,
          Display.number(row.a), Display.number(row.b), Display.difference(row.interval.mean),
          Display.difference(row.interval.low), Display.difference(row.interval.high),
          String(row.interval.pairs), row.over.joined(separator: ","),
        ]
      })
  }

  private var predictionSection: TextDocument.Section {
    guard !predictions.isEmpty else {
      return .init("predictions", Self.count(0, unchangedPredictions))
    }
    let notes = predictions.flatMap(\.notes)
    let rows = predictions.flatMap { row in row.parts.map { (row.cell, $0) } }
    return .init(
      "predictions",
      Self.count(predictions.count, unchangedPredictions)
        + "; McNemar's test of the samples correctly classified by only one run",
      Self.table(
        [
          .left("cell"), .left("part"), .right("samples"), .right("only a"), .right("only b"),
          .right("p"), .left("test", importance: 1),
        ], rows
      ) { cell, part in
        [
          cell, part.name, String(part.samples), String(part.test.b), String(part.test.c),
          Display.number(part.test.pValue), part.test.method.rawValue,
        ]
      } + [.lines(notes)])
  }
}
