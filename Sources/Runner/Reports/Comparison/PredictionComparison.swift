internal import PipelineDSL
internal import Statistics
internal import Store

/// A comparison of what two runs of a cell predict for the same samples, part by part.
struct PredictionComparison: Sendable {
  /// The samples of one part that both runs classified.
  struct Part: Sendable, Hashable {
    /// The name, such as `test`; empty if there are no parts.
    let name: String
    /// The number of samples that have the same label in both runs.
    let samples: Int
    /// The number of samples that both runs have right.
    let bothRight: Int
    /// The number of samples that both runs have wrong.
    let bothWrong: Int
    /// The test over samples that only one run has right: b in the first run, c in the second.
    let test: McNemarTest
  }

  /// The cell.
  let cell: String
  /// The output port.
  let port: String
  /// The parts, in the order of the first table; empty if there is a problem.
  let parts: [Part]
  /// The number of samples in only one run.
  let unpaired: Int
  /// The number of samples whose label differs between the runs; they are not compared.
  let relabelled: Int
  /// Why nothing can be compared; `nil` if there is no problem.
  let problem: String?

  /// Compares the predictions of a cell in two runs.
  init(cell: String, port: String, a: ArtifactRow, b: ArtifactRow, reader: ArtifactReader) {
    (self.cell, self.port) = (cell, port)
    let (first, second) = (Self.table(a, reader), Self.table(b, reader))
    guard case .value(let a) = first, case .value(let b) = second else {
      var reasons: [String] = []
      if case .missing(let reason) = first { reasons.append("a: \(reason)") }
      if case .missing(let reason) = second { reasons.append("b: \(reason)") }
      (parts, unpaired, relabelled) = ([], 0, 0)
      problem = reasons.joined(separator: "; ")
      return
    }
    (parts, unpaired, relabelled) = Self.join(a, b)
    problem = nil
  }

  private static func table(
    _ artifact: ArtifactRow, _ reader: ArtifactReader
  ) -> ArtifactReader.Found<PredictionTable> {
    let files: [ArtifactManifest.File]
    switch reader.files(artifact) {
    case .missing(let reason): return .missing(reason)
    case .value(let found): files = found
    }
    guard let file = files.first(where: { $0.path == PredictionsFormat.file }) else {
      return .missing("no such file: \(PredictionsFormat.file)")
    }
    guard file.size <= ArtifactReader.tableLimit else {
      return .missing("\(PredictionsFormat.file) is too large (\(ByteCount.text(file.size)))")
    }
    switch reader.bytes(file) {
    case .missing(let reason): return .missing(reason)
    case .value(let bytes):
      do { return .value(try PredictionTable(parsing: bytes)) } catch {
        return .missing("\(PredictionsFormat.file): \(error)")
      }
    }
  }

  /// Joins by sample and part; if a sample is listed twice in a part, the first row counts.
  static func join(
    _ a: PredictionTable, _ b: PredictionTable
  ) -> (parts: [Part], unpaired: Int, relabelled: Int) {
    struct Counts {
      var right = 0
      var wrong = 0
      var b = 0
      var c = 0
    }
    // Usually both tables list the same samples in the same order; then no lookup is needed.
    let isAligned =
      a.rows.count == b.rows.count
      && zip(a.rows, b.rows).allSatisfy { $0.id == $1.id && $0.part == $1.part }
    var others: [[String]: PredictionTable.Row] = [:]
    if !isAligned {
      others = Dictionary(b.rows.map { ($0.key, $0) }) { first, _ in first }
    }
    var order: [String] = []
    var counts: [String: Counts] = [:]
    var (unpaired, relabelled, joined) = (0, 0, 0)
    var seen: Set<[String]> = []
    for (index, row) in a.rows.enumerated() {
      if !isAligned, !seen.insert(row.key).inserted { continue }
      guard let other = isAligned ? b.rows[index] : others[row.key] else {
        unpaired += 1
        continue
      }
      joined += 1
      if counts[row.part] == nil { order.append(row.part) }
      var count = counts[row.part] ?? Counts()
      if row.label != other.label {
        relabelled += 1
      } else {
        switch (row.isRight, other.isRight) {
        case (true, true): count.right += 1
        case (false, false): count.wrong += 1
        case (true, false): count.b += 1
        case (false, true): count.c += 1
        }
      }
      counts[row.part] = count
    }
    if !isAligned { unpaired += others.count - joined }
    let parts = order.map { name in
      let count = counts[name] ?? Counts()
      return Part(
        name: name, samples: count.right + count.wrong + count.b + count.c,
        bothRight: count.right, bothWrong: count.wrong, test: McNemarTest(b: count.b, c: count.c))
    }
    return (parts, unpaired, relabelled)
  }
}

extension PredictionComparison {
  /// What the comparison leaves out, one sentence each.
  var notes: [String] {
    var notes: [String] = []
    if let problem { notes.append("\(cell): \(problem)") }
    if unpaired > 0 {
      notes.append("\(cell): \(Display.count(unpaired, "sample")) in only one run")
    }
    if relabelled > 0 {
      notes.append("\(cell): \(Display.count(relabelled, "sample")) left out: labels differ")
    }
    return notes
  }
}
