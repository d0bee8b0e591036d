internal import PipelineDSL
internal import Store

/// What `evaluate` wrote about a model on one part of the data, as figures need it.
struct Evaluation {
  /// The files of an evaluation, before a table is read.
  struct Files {
    let cell: RunFacts.CellFacts
    let files: [ArtifactManifest.File]
    /// The parts that have a table, test first.
    let parts: [Part]

    /// The evaluations of a run, each artifact once.
    static func all(_ facts: RunFacts, _ reader: ArtifactReader) -> [Files] {
      var seen: Set<Digest> = []
      return facts.cells.flatMap { cell in
        cell.artifacts.filter { $0.type == .metrics }.compactMap { artifact in
          guard seen.insert(artifact.digest).inserted,
            case .value(let files) = reader.files(artifact)
          else { return nil }
          return Files(cell, files)
        }
      }
    }

    /// The files of an artifact; `nil` if it has no table of a part.
    init?(_ cell: RunFacts.CellFacts, _ files: [ArtifactManifest.File]) {
      let names = Set(files.map(\.path))
      let tables = [
        ConfusionFormat.file, CalibrationFormat.file, ROCFormat.file, PrecisionRecallFormat.file,
        RiskCoverageFormat.file,
      ]
      parts = Part.allCases.reversed().filter { part in
        tables.contains { names.contains($0(part)) }
      }
      guard !parts.isEmpty else { return nil }
      (self.cell, self.files) = (cell, files)
    }
  }

  /// The name of the cell.
  let cell: String
  /// The part: test if there is one, otherwise validation, otherwise train.
  let part: Part
  /// The names of all parts that were evaluated.
  let parts: [Part]
  private let files: [ArtifactManifest.File]
  private let reader: ArtifactReader
  private let metrics: [String: Double]
  private let intervals: CSVTable?

  /// Reads what captions need of an evaluation.
  init(_ found: Files, _ reader: ArtifactReader) {
    (cell, parts, part) = (found.cell.row.cell, found.parts, found.parts[0])
    (files, self.reader) = (found.files, reader)
    metrics = Dictionary(found.cell.lastValues.map { ($0, $1) }) { first, _ in first }
    if case .value(let table)? = reader.table(IntervalsFormat.file, in: found.files) {
      intervals = table
    } else {
      intervals = nil
    }
  }

  /// A table of the evaluation; `nil` if it has none of this name.
  func table(_ name: String) -> ArtifactReader.Found<CSVTable>? { reader.table(name, in: files) }

  /// A table of the part that can be read; `nil` otherwise.
  func readable(_ name: String) -> CSVTable? {
    if case .value(let table)? = table(name) { return table }
    return nil
  }

  /// The value of a metric of the part.
  func metric(_ name: String) -> Double? { metrics["\(part.rawValue)/\(name)"] }

  // MARK: Captions

  /// A row of `intervals.csv`.
  struct Interval {
    let value: Double
    let low, high: Double?
    let method, samples, groups, confidence: String
  }

  /// The first interval of a metric in a scope.
  func interval(
    _ metric: String, scope: String = IntervalsFormat.overall, part: Part? = nil
  ) -> Interval? {
    guard let intervals else { return nil }
    func place(_ column: IntervalsFormat.Column) -> Int? { intervals.position(of: column) }
    guard let parts = place(.part), let scopes = place(.scope), let names = place(.metric),
      let value = place(.value), let low = place(.low), let high = place(.high)
    else { return nil }
    let row = intervals.rows.first {
      $0[parts] == (part ?? self.part).rawValue && $0[scopes] == scope && $0[names] == metric
    }
    guard let row, let number = Double(row[value]) else { return nil }
    func text(_ column: IntervalsFormat.Column) -> String { place(column).map { row[$0] } ?? "" }
    return Interval(
      value: number, low: Double(row[low]), high: Double(row[high]), method: text(.method),
      samples: text(.samples), groups: text(.groups), confidence: text(.confidence))
  }

  /// `scores@seed=1, test part, n = 120 samples of 34 groups`.
  func evidence(of part: Part? = nil) -> String {
    let part = part ?? self.part
    var text = "\(cell), \(part.rawValue) part"
    let rows = ["macro-f1", "accuracy"].compactMap { interval($0, part: part) }
    let samples =
      rows.first?.samples ?? metrics["\(part.rawValue)/samples"].map { Display.number($0) }
    if let samples { text += ", n = \(samples) samples" }
    if let groups = rows.first?.groups, !groups.isEmpty { text += " of \(groups) groups" }
    return text
  }

  /// `macro AUC 0.955 (95 % interval 0.91 to 0.98, BCa bootstrap)`; `nil` if there is no value.
  func score(_ metric: String, _ name: String) -> String? {
    guard let row = interval(metric) else {
      return self.metric(metric).map { "\(name) \(Display.number($0))" }
    }
    return "\(name) \(Display.number(row.value))" + Self.text(row)
  }

  /// ` (95 % interval 0.91 to 0.98, BCa bootstrap)`; empty without bounds.
  static func text(_ row: Interval) -> String {
    guard let low = row.low, let high = row.high else { return "" }
    let method =
      switch row.method {
      case "bca": "BCa bootstrap" + (row.groups.isEmpty ? "" : " of groups")
      case "wilson": "Wilson"
      default: row.method
      }
    let level = Double(row.confidence).map { "\(Display.number($0 * 100)) % " } ?? ""
    return " (\(level)interval \(Display.number(low)) to \(Display.number(high)), \(method))"
  }
}
