import PipelineDSL
import Statistics
import Testing

@testable import Stages

@Suite struct PairedComparisonTests {
  private func table(_ values: [(String, [Double])]) -> ComparisonTable {
    let cells = values.flatMap { model, scores in
      scores.enumerated().map { index, score in
        ComparisonTable.Cell(
          coordinates: ["model": model, "fold": String(index + 1)], values: ["f1": score])
      }
    }
    return ComparisonTable(
      axes: ["fold", "model"], metrics: ["f1"], cells: cells, repeats: "fold")
  }

  /// Three models over five folds; the third lacks two of them.
  private var folds: ComparisonTable {
    table([
      ("cnn", [0.905, 0.904, 0.92, 0.91, 0.91]), ("vgg16", [0.912, 0.903, 0.931, 0.918, 0.927]),
      ("xception", [0.915, 0.914, 0.93]),
    ])
  }

  private func paired(
    _ table: ComparisonTable, _ settings: PairedComparison.Settings = .init(),
    baseline: String = "cnn"
  ) throws -> PairedComparison {
    var cell = BaselineCell()
    cell.values = ["model": baseline]
    return try PairedComparison(table, baseline: cell, settings)
  }

  /// The reference numbers are those of `scipy.stats.ttest_rel`; equal differences have no p.
  @Test("differences are paired over the repeats that both groups have")
  func agreesWithSciPy() throws {
    let paired = try paired(folds).table
    #expect(
      paired.columns == [
        "model", "baseline", "metric", "n", "difference", "sd", "low", "high", "p", "p-adjusted",
        "effect", "effect-size", "test", "verdict",
      ])
    let row = paired.rows[0]
    #expect(row.prefix(4) == ["vgg16", "model=cnn", "f1", "5"])
    let numbers = row[4...9].compactMap(Double.init)
    let reference = [
      0.0084, 0.006542170893518, 0.0002768219314216, 0.01652317806858, 0.04542003267455,
      0.04542003267455,
    ]
    #expect(isNear(numbers, reference, 1e-12))
    #expect(row.suffix(4) == ["cohen-d", "1.28397746508", "t", "higher"])
    #expect(
      paired.rows[1].suffix(from: 3) == [
        "3", "0.01", "0", "0.01", "0.01", "", "", "cohen-d", "", "t", "untested",
      ],
      "two folds are missing, and the others have equal differences, which rounding does not hide")
  }

  @Test("a single pair has no interval, and the same values are not called different")
  func nothingToTest() throws {
    let single = try paired(table([("cnn", [0.5]), ("vgg16", [0.75])])).table
    #expect(
      single.rows[0].suffix(from: 3) == [
        "1", "0.25", "", "", "", "", "", "cohen-d", "", "t", "untested",
      ])
    let none = try paired(table([("cnn", [0.5]), ("vgg16", [])]))
    #expect(none.rows.isEmpty, "a group without cells does not exist")
  }

  @Test("p is adjusted over the rows of a metric, and a verdict needs the adjusted one")
  func corrections() throws {
    let base = [0.5, 0.6, 0.55, 0.62, 0.58]
    let near = zip(base, [0.01, 0.03, 0.02, 0.01, 0.035]).map { $0 + $1 }
    let models = (0..<5).map { ("m\($0)", zip(near, [0, 1, 2, 3, 4]).map { $0 + 1e-4 * $1 }) }
    let table = table([("cnn", base)] + models)
    let plain = try paired(table, .init(correction: try .init(json: "none")))
    #expect(plain.rows.allSatisfy { ($0.adjusted ?? 1) < 0.05 })
    #expect(plain.table.rows.map(\.last) == [String](repeating: "higher", count: 5))
    let holm = try paired(table)
    #expect(holm.rows.allSatisfy { ($0.adjusted ?? 0) > 0.05 })
    #expect(holm.table.rows.map(\.last) == [String](repeating: "no-difference", count: 5))
    let reverse = try paired(self.table([models[0], ("cnn", base)]), baseline: "m0")
    #expect(reverse.table.rows[0].last == "lower")
  }

  @Test("Wilcoxon's test has the interval of the means of pairs and Cliff's delta")
  func wilcoxon() throws {
    let base = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    let table = table([("cnn", base), ("vgg16", [0.51, 0.52, 0.53, 0.54, 0.55, 0.56])])
    let row = try paired(table, .init(test: .wilcoxon)).table.rows[0]
    #expect(
      row.suffix(from: 6) == [
        "0.01", "0.06", "0.03125", "0.03125", "cliff-delta", "1", "wilcoxon", "higher",
      ])
  }

  @Test("numbers for checks have the names of groups")
  func numbers() throws {
    let numbers = try paired(folds).numbers
    #expect(isNear(numbers["model=vgg16/difference/f1"] ?? 0, 0.0084))
    #expect(isNear(numbers["model=vgg16/p-adjusted/f1"] ?? 0, 0.04542003267455, 1e-12))
    #expect(numbers["model=xception/p/f1"] == nil)
    #expect(numbers["model=xception/difference/f1"] == 0.01)
  }
}
