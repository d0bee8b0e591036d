internal import PipelineDSL
internal import Statistics

/// Each cell's predictions of the test samples against those of the baseline: `paired-samples.csv`.
///
/// Accuracy is tested by McNemar's test, macro-F1 by the bootstrap over samples, which also gives
/// both intervals. The test is about these models: another training may give others.
struct SamplePairs: Sendable {
  /// The predictions of one cell.
  private struct Cell {
    var coordinates: [String: String]
    var set: PredictionSet
  }

  /// A cell, one of its metrics, and the difference from the baseline.
  private struct Row {
    var cell: Cell
    var base: Cell
    var metric: String
    var samples: Int
    var test: McNemarTest
    var method: String
    var difference: PairedClassifiers.Difference
    var pValue: Double
    var adjusted: Double?
  }

  /// The metrics that are compared.
  private static let metrics = ["accuracy", "macro-f1"]

  private let axes: [String]
  private let confidence: Double
  private var rows: [Row] = []
  /// What a user should know, one sentence each.
  private(set) var warnings: [String] = []

  /// Compares predictions with those of the baseline, of the same repeat if there is one.
  ///
  /// Throws if no or several predictions have the axis values of the baseline, if a cell has no test
  /// samples in common with it, or if labels or classes differ.
  init(
    _ artifacts: [InputArtifact], baseline: BaselineCell, repeats: String?,
    correction: MultipleComparisons, confidence: Double
  ) throws(StageError) {
    guard !artifacts.isEmpty else {
      throw StageError(
        "nothing is connected to input 'predictions', which 'pairs' needs",
        hint: "let 'needs' name a stage that produces predictions, such as evaluate")
    }
    var cells: [Cell] = []
    for (coordinates, artifact) in zip(Compare.coordinates(of: artifacts), artifacts) {
      cells.append(Cell(coordinates: coordinates, set: try PredictionSet(artifact)))
    }
    axes = Set(cells.flatMap(\.coordinates.keys)).sorted()
    self.confidence = confidence
    let bases = cells.filter { cell in
      baseline.values.allSatisfy { cell.coordinates[$0.key] == $0.value }
    }
    guard !bases.isEmpty else {
      throw StageError(
        "'baseline' is \(baseline.text), which no predictions have",
        hint: "the predictions are of "
          + cells.prefix(8).map { Self.name($0.coordinates) }.joined(separator: "; "))
    }
    for cell in cells where !bases.contains(where: { $0.coordinates == cell.coordinates }) {
      let own = repeats.flatMap { cell.coordinates[$0] }
      let partners = bases.filter { base in
        repeats.flatMap { base.coordinates[$0] } == own
      }
      guard partners.count < 2 else {
        throw StageError(
          "'baseline' is \(baseline.text), which \(partners.count) predictions have: "
            + partners.prefix(4).map { Self.name($0.coordinates) }.joined(separator: "; "),
          hint: "name a value for each axis that distinguishes them, or set 'repeats'")
      }
      guard let base = partners.first else {
        warnings.append(
          "\(Self.name(cell.coordinates)) has no baseline of the same repeat: its samples are not "
            + "compared")
        continue
      }
      try add(cell, base)
    }
    for metric in Self.metrics {
      let places = rows.indices.filter { rows[$0].metric == metric }
      let adjusted = correction.adjusted(places.map { rows[$0].pValue })
      for (place, value) in zip(places, adjusted) { rows[place].adjusted = value }
    }
  }

  private mutating func add(_ cell: Cell, _ base: Cell) throws(StageError) {
    let name = Self.name(cell.coordinates)
    let index = Dictionary(uniqueKeysWithValues: zip(base.set.classes, base.set.classes.indices))
    let places = cell.set.classes.compactMap { index[$0] }
    guard places.count == cell.set.classes.count, places.count == index.count else {
      throw StageError(
        "\(name) knows the classes \(cell.set.classes.joined(separator: ", ")), the baseline "
          + base.set.classes.joined(separator: ", "), hint: "compare models of the same classes")
    }
    let theirs = base.set.rows.filter { $0.part == .test }
    let rows = Dictionary(theirs.map { ($0.id, $0) }) { first, _ in first }
    var (truths, first, second): ([Int], [Int], [Int]) = ([], [], [])
    let own = cell.set.rows.filter { $0.part == .test }
    for row in own {
      guard let other = rows[row.id] else { continue }
      guard row.label == other.label, let truth = index[row.label] else {
        throw StageError(
          "sample \(row.id) is labelled '\(row.label)' for \(name), but '\(other.label)' for the "
            + "baseline, of the classes \(base.set.classes.joined(separator: ", "))",
          hint: "compare models of the same labels")
      }
      truths.append(truth)
      first.append(ClassificationReport.predicted(other.logits))
      second.append(places[ClassificationReport.predicted(row.logits)])
    }
    guard !truths.isEmpty else {
      throw StageError(
        "\(name) and the baseline have no test samples in common",
        hint: "compare models of the same split, of the same repeat if 'repeats' is set")
    }
    let unpaired = own.count + theirs.count - 2 * truths.count
    if unpaired > 0 {
      warnings.append(
        "\(unpaired) test samples of \(name) or of the baseline are not of both: left out")
    }
    // The draws depend only on what is compared, so that equal inputs give equal bytes.
    let text = "\(truths)\(first)\(second)"
    let found = PairedClassifiers(
      truths: truths, first: first, second: second, classes: index.count, confidence: confidence,
      seed: Digest.of(text).seed)
    let method = found.mcnemar.method == .exact ? "mcnemar-exact" : "mcnemar-corrected"
    self.rows.append(
      Row(
        cell: cell, base: base, metric: "accuracy", samples: found.samples, test: found.mcnemar,
        method: method, difference: found.accuracy, pValue: found.mcnemar.pValue))
    self.rows.append(
      Row(
        cell: cell, base: base, metric: "macro-f1", samples: found.samples, test: found.mcnemar,
        method: "bootstrap", difference: found.macroF1, pValue: found.macroF1.pValue))
  }

  private static func name(_ coordinates: [String: String]) -> String {
    coordinates.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  /// `paired-samples.csv`.
  var table: CSVTable {
    CSVTable(
      columns: axes + [
        "baseline", "metric", "n", "only-baseline-right", "only-own-right", "of-baseline", "own",
        "difference", "low", "high", "p", "p-adjusted", "effect", "effect-size", "test", "verdict",
      ],
      rows: rows.map { row in
        let found = row.difference
        let isAccuracy = row.metric == "accuracy"
        let odds = isAccuracy ? EffectSizes.oddsRatio(b: row.test.c, c: row.test.b)?.value : nil
        let numbers = [
          found.first, found.second, found.second - found.first, found.low, found.high, row.pValue,
          row.adjusted,
        ]
        return axes.map { row.cell.coordinates[$0] ?? "" }
          + [
            Self.name(row.base.coordinates), row.metric, String(row.samples), String(row.test.b),
            String(row.test.c),
          ] + numbers.map(ComparisonTable.roundedText)
          + [
            isAccuracy ? "odds-ratio" : "", ComparisonTable.roundedText(odds), row.method,
            ComparisonVerdict(
              found.second - found.first, adjusted: row.adjusted, confidence: confidence
            ).rawValue,
          ]
      })
  }

  /// The differences and p-values under the names of the cells, so that checks can refer to them.
  var numbers: [String: Double] {
    var numbers: [String: Double] = [:]
    for row in rows {
      let prefix = "\(Self.name(row.cell.coordinates))/samples"
      let values = [
        "difference": row.difference.second - row.difference.first, "p": row.pValue,
        "p-adjusted": row.adjusted,
      ]
      for (name, value) in values {
        numbers["\(prefix)/\(name)/\(row.metric)"] = value.map(ComparisonTable.rounded)
      }
    }
    return numbers
  }
}
