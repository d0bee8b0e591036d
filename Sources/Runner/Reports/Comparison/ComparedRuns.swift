internal import Store

/// Two or more runs side by side; the first is the one that the others are compared with.
struct ComparedRuns {
  /// The maximum number of runs: one colour each.
  static let limit = 6

  /// The facts of each run.
  let runs: [RunFacts]
  /// The comparison of each other run with the first.
  let comparisons: [RunComparison]

  /// Reads and compares runs.
  ///
  /// - Throws: An error if the record cannot be read. Gaps in the store are reported, not thrown.
  init(
    _ summaries: [RunSummary], records: RunRecords, cache: ActionCache
  ) throws(StoreError) {
    var runs: [RunFacts] = []
    for summary in summaries { runs.append(try RunFacts(summary, records)) }
    self.runs = runs
    comparisons = runs.dropFirst().map { RunComparison(runs[0], $0, cache: cache) }
  }

  /// The letter by which a page refers to a run: `a`, `b`, ...
  static func letter(_ place: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "a") + UInt8(place % 26)))
  }

  /// The letters of the runs, in order.
  var letters: [String] { runs.indices.map(Self.letter) }

  /// The names of cells in any of the runs, in topological order, each once.
  var cells: [String] {
    var seen: Set<String> = []
    return runs.reversed().flatMap { $0.cells.map(\.row.cell) }.filter { seen.insert($0).inserted }
  }

  /// The cells of each run by name.
  var cellsByName: [[String: RunFacts.CellFacts]] {
    runs.map { run in Dictionary(run.cells.map { ($0.row.cell, $0) }) { first, _ in first } }
  }
}
