internal import PipelineDSL
internal import Store

/// A table of a run that is printed as it is, after its results.
struct ResultAppendix: Sendable {
  /// The cell that wrote the table, and the file, such as `table: paired.csv`.
  let title: String
  /// What the table shows, in a few words.
  let about: String
  /// The table, or why it cannot be shown.
  let content: Content

  /// A table or a problem.
  enum Content: Sendable {
    case table(CSVTable)
    case problem(String)
  }

  /// The tables of `compare`, each with what it shows.
  static let comparisons: [(file: String, about: String)] = [
    (
      ComparisonFormat.summary,
      "mean, standard deviation and interval of the mean (low, high) over repeats, of 95 % unless "
        + "'confidence' is set"
    ),
    (
      ComparisonFormat.paired,
      "mean difference from the baseline, paired over repeats, with its interval; p of the test named, "
        + "adjusted for the rows of a metric, and what it shows"
    ),
    (
      ComparisonFormat.pairedSamples,
      "difference from the baseline over the test samples, with its interval; McNemar's test of "
        + "accuracy and the bootstrap of macro-F1"
    ),
    (
      ComparisonFormat.ranks,
      "mean ranks over blocks, 1 for the best, with their intervals"
    ),
    (
      ComparisonFormat.pairs,
      "pairs of ranked values: a difference is named only if Friedman's test and the test of the "
        + "pair both show it"
    ),
    (
      ComparisonFormat.pooled,
      "test samples of all folds together; the pooled AUC is biased, so the mean of the folds' AUC "
        + "leads"
    ),
  ]

  /// The appendices of a run, in the order of its stages.
  static func all(_ facts: RunFacts, _ reader: ArtifactReader) -> [ResultAppendix] {
    facts.cells.flatMap { cell in
      cell.artifacts.filter { $0.type == .metrics }.flatMap { artifact in
        tables(of: artifact, from: cell.row.cell, reader)
      }
    }
  }

  /// The seconds by phase of every evaluated model, as in table 6 of paper B; empty if no model was
  /// evaluated.
  static func times(_ times: RunTimes) -> [ResultAppendix] {
    let rows = times.rows.filter { $0.kind == "evaluate" }
    let phases = Phase.sorted(rows.flatMap(\.seconds.keys))
    guard !rows.isEmpty else { return [] }
    let table = CSVTable(
      columns: ["cell"] + phases + ["overall"],
      rows: rows.map { row in
        [row.cell] + phases.map { row.seconds[$0].map(tenths) ?? "" } + [tenths(row.overall)]
      })
    return [
      ResultAppendix(
        title: "Times in seconds",
        about: "from the record; cells that several models share count in each of them",
        content: .table(table))
    ]
  }

  private static func tenths(_ seconds: Double) -> String {
    JSONCanonicalForm.text(of: (seconds * 10).rounded() / 10)
  }

  private static func tables(
    of artifact: ArtifactRow, from cell: String, _ reader: ArtifactReader
  ) -> [ResultAppendix] {
    guard case .value(let files) = reader.files(artifact) else { return [] }
    return comparisons.compactMap { name, about in
      let title = "\(cell): \(name)"
      switch reader.table(name, in: files) {
      case nil: return nil
      case .missing(let reason)?:
        return ResultAppendix(title: title, about: about, content: .problem(reason))
      case .value(let table)? where table.rows.isEmpty: return nil
      case .value(let table)?:
        return ResultAppendix(title: title, about: about, content: .table(table))
      }
    }
  }

  /// The table with numbers shortened and right-aligned; `nil` if it cannot be shown.
  var display: TextTable? {
    guard case .table(let table) = content else { return nil }
    return TextTable(shortening: table)
  }
}
