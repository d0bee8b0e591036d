internal import PipelineDSL

/// Maps the samples of several data sets to one set of labels, with one sample per id.
struct HarmoniseLabels: StageKind {
  /// The treatment of sources whose images were made from those of another source.
  enum Derived: String, ParameterChoice {
    case warn
    case drop
    /// Kept without a warning, for `split` to tie.
    case keep
  }

  struct Parameters: StageParameters {
    var scheme = LabelScheme.fiveClass
    var table: Location?
    var mapping: [String: String] = [:]
    var derived = Derived.warn
    var limit: Int?

    static let fields: [ParameterField<Self>] = [
      .init(
        "scheme", \.scheme,
        "label scheme, by the tables in docs/labels.md; custom has no table of its own"),
      .init(
        "table", \.table,
        "CSV table (label, native, optionally source) that takes precedence over the scheme"
      ),
      .init(
        "mapping", \.mapping,
        "map from native label, or source/native label, to label; takes precedence over table and scheme; an empty label drops the sample"
      ),
      .init(
        "derived", \.derived,
        "sources made from another one that is also present (bloodmnist from pbc, all-idb2 from all-idb1, multi-cancer from taleqani): only a warning, their samples dropped, or kept for 'split' to tie"
      ),
      .init(
        "limit", \.limit, in: 1...10_000_000,
        "maximum number of samples per label, for a smaller corpus with all its sources: taken in turn from each source, there from each group, by the SHA-256 of their ids, so that a larger limit only adds samples; null for all"
      ),
    ]

    func conflicts() -> [String] {
      scheme == .custom && mapping.isEmpty && table == nil
        ? ["scheme custom needs a mapping or a table"] : []
    }
  }

  static let name = "harmonise-labels"
  static let revision = 3
  static let summary =
    "Maps native labels to one scheme, keeps one sample per id, and lists what it drops."
  static let source = "Assay; classes of paper A"
  static let ports = Ports(
    inputs: [.init("samples", .samples, .many, "samples of one or more data sets")],
    outputs: [
      .init("samples", .samples, "samples.csv with harmonised labels"),
      .init(
        "dropped", .files, side: true,
        "dropped.csv: id, source, native label and reason of every row left out"),
    ])

  /// The built-in label tables: changing a table changes the key.
  static var libraries: [String: String] {
    ["label-tables": Digest.of(LabelScheme.allCases.flatMap(\.bytes)).short]
  }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    var rows: [Sample] = []
    for artifact in context.inputs["samples"] ?? [] {
      rows += try SampleTable(artifact).samples
    }
    var harmony = Harmony(scheme: parameters.scheme)
    harmony.add(SampleTable(samples: rows).samples, try map(context))
    for source in DerivedSource.present(in: Set(harmony.kept.map(\.source))) {
      switch parameters.derived {
      case .drop: harmony.drop(source)
      case .keep: continue
      case .warn:
        context.events.warn(
          source.warning("set 'derived' to drop, or to keep and in 'split' to tie"))
      }
    }
    if let limit = parameters.limit { harmony.drop(over: limit) }
    try report(harmony, context)
    let table = SampleTable(samples: harmony.kept)
    guard !table.samples.isEmpty else {
      throw StageError(
        "none of \(rows.count) samples has a label of scheme \(parameters.scheme.rawValue)",
        hint: "look at the native labels in samples.csv and choose a scheme, or write a mapping")
    }
    try table.write(to: context.output("samples"))
    try writeFile(harmony.dropped.bytes, context.output("dropped") + "/" + LeftOutFormat.dropped)
    context.events.metric(StageMetric("samples", Double(table.samples.count)))
    for (label, count) in table.counts {
      context.events.metric(StageMetric("samples/\(label)", Double(count)))
    }
  }

  /// The label map: `mapping` takes precedence over `table`, and `table` over the scheme.
  private func map(_ context: StageContext) throws -> LabelMap {
    var map = try LabelMap(parameters.scheme)
    if let location = context.locations["table"] {
      guard location.isFile, let entry = location.entries.first else {
        throw StageError("\(location.root): no such file", hint: "let 'table' name a CSV file")
      }
      let bytes = try OriginalFiles([location]).read(entry.digest)
      do throws(CSVError) { map = map.behind(try LabelMap.Layer(table: bytes)) } catch {
        throw StageError("\(location.root): \(error)")
      }
    }
    return map.behind(LabelMap.Layer(parameters.mapping))
  }

  private func report(_ harmony: Harmony, _ context: StageContext) throws {
    for (reason, counts) in harmony.counts {
      let total = counts.reduce(0) { $0 + $1.count }
      context.events.metric(StageMetric("dropped/\(reason.rawValue)", Double(total)))
      for (name, count) in counts {
        context.events.warn("dropped \(count) of \(name): \(reason.sentence)")
      }
    }
  }
}

/// The rows that a scheme keeps and those it drops, with reasons.
struct Harmony {
  /// Why a row is left out.
  enum Reason: String, CaseIterable {
    case unmapped, conflicting, duplicate, derived, limit

    var sentence: String {
      switch self {
      case .unmapped: "the scheme has no label for it"
      case .conflicting: "the same bytes have another label elsewhere"
      case .duplicate: "the same bytes are already there under the same label"
      case .derived: "made from images of another source that is there"
      case .limit: "over the limit of samples per label"
      }
    }
  }

  private let scheme: LabelScheme
  private(set) var kept: [Sample] = []
  private(set) var dropped = CSVTable(columns: [
    "id", "source", "native_label", LeftOutFormat.reasonColumn,
  ])
  private var tally: [Reason: [String: Int]] = [:]

  init(scheme: LabelScheme) { self.scheme = scheme }

  /// The number of dropped rows by reason, then by source and native label, in a fixed order.
  var counts: [(reason: Reason, rows: [(name: String, count: Int)])] {
    Reason.allCases.map { reason in
      let rows = (tally[reason] ?? [:]).map { (name: $0.key, count: $0.value) }
      return (reason, rows.sorted { $0.name < $1.name })
    }
  }

  /// Divides rows, which are ordered by id, into kept and dropped ones.
  mutating func add(_ rows: [Sample], _ map: LabelMap) {
    var start = 0
    while start < rows.count {
      let end = rows[start...].firstIndex { $0.id != rows[start].id } ?? rows.count
      addSample(rows[start..<end], map)
      start = end
    }
  }

  /// Drops the samples of a derived source.
  mutating func drop(_ source: DerivedSource) {
    for row in kept where row.source == source.name {
      drop(row, .derived, "derived from '\(source.origin)' (\(source.making))")
    }
    kept.removeAll { $0.source == source.name }
  }

  /// Drops the samples of each label beyond a number; see `LabelLimit`.
  mutating func drop(over limit: Int) {
    let chosen = LabelLimit(limit).chosen(from: kept)
    for row in kept where !chosen.contains(row.id) {
      drop(row, .limit, "limit: '\(row.label)' has \(limit) samples without it")
    }
    kept.removeAll { !chosen.contains($0.id) }
  }

  private mutating func addSample(_ rows: ArraySlice<Sample>, _ map: LabelMap) {
    var mapped: [Sample] = []
    for row in rows {
      guard let label = map.label(source: row.source, native: row.nativeLabel) else {
        drop(
          row, .unmapped, "label '\(row.nativeLabel)' has no place in scheme \(scheme.rawValue)")
        continue
      }
      var sample = row
      sample.label = label
      mapped.append(sample)
    }
    let labels = Set(mapped.map(\.label)).sorted()
    guard labels.count <= 1 else {
      let reason = "the same bytes under several labels: " + labels.joined(separator: ", ")
      for row in mapped { drop(row, .conflicting, reason) }
      return
    }
    // Of equal files, one with a known group is worth more to a split.
    guard let best = mapped.first(where: { !$0.group.isEmpty }) ?? mapped.first else { return }
    kept.append(best)
    for row in mapped where row != best {
      drop(row, .duplicate, "the same bytes as a sample of '\(best.source)' that is kept")
    }
  }

  private mutating func drop(_ row: Sample, _ reason: Reason, _ text: String) {
    dropped.append([row.id, row.source, row.nativeLabel, text])
    tally[reason, default: [:]]["\(row.source)/\(row.nativeLabel)", default: 0] += 1
  }
}
