import PipelineDSL
import Testing

@testable import Stages

@Suite struct ComparisonTableBaselineTests {
  /// Three models over five folds; the third lacks two of them.
  private func table() -> ComparisonTable {
    let values: [(String, [Double])] = [
      ("cnn", [0.905, 0.904, 0.92, 0.91, 0.91]), ("vgg16", [0.912, 0.903, 0.931, 0.918, 0.927]),
      ("xception", [0.915, 0.914, 0.93]),
    ]
    let cells = values.flatMap { model, scores in
      scores.enumerated().map { index, score in
        ComparisonTable.Cell(
          coordinates: ["model": model, "fold": String(index + 1), "size": "64"],
          values: ["test/accuracy": score])
      }
    }
    return ComparisonTable(
      axes: ["fold", "model", "size"], metrics: ["test/accuracy"], cells: cells, repeats: "fold")
  }

  private func baseline(_ values: [String: String]) -> BaselineCell {
    var cell = BaselineCell()
    cell.values = values
    return cell
  }

  /// The reference numbers are those of `scipy.stats.ttest_rel`.
  @Test("differences are paired over the repeats that both groups have")
  func paired() throws {
    let paired = try table().paired(with: baseline(["model": "cnn"]))
    #expect(
      paired.columns == [
        "model", "size", "baseline", "metric", "n", "difference", "sd", "low", "high", "p",
      ])
    let row = paired.rows[0]
    #expect(row.prefix(5) == ["vgg16", "64", "model=cnn,size=64", "test/accuracy", "5"])
    let numbers = row.suffix(5).compactMap(Double.init)
    let reference = [
      0.0084, 0.006542170893518, 0.0002768219314216, 0.01652317806858, 0.04542003267455,
    ]
    #expect(isNear(numbers, reference, 1e-12))
    #expect(paired.rows[1][4] == "3", "two folds are missing")
    #expect(paired.rows.count == 2)
  }

  @Test("equal differences have no p value, and a single pair has no interval")
  func nothingToTest() throws {
    let table = table()
    let first = ComparisonTable(
      axes: table.axes, metrics: table.metrics,
      cells: table.cells.filter { $0.coordinates["fold"] == "1" }, repeats: "fold")
    let row = try first.paired(with: baseline(["model": "cnn"])).rows[0]
    #expect(row.suffix(6) == ["1", "0.007", "", "", "", ""])
    let same = ComparisonTable(
      axes: ["fold", "model"], metrics: ["f1"],
      cells: ["a", "b"].flatMap { model in
        ["1", "2"].map {
          .init(
            coordinates: ["model": model, "fold": $0], values: ["f1": model == "a" ? 0.5 : 0.75])
        }
      }, repeats: "fold")
    #expect(
      try same.paired(with: baseline(["model": "a"])).rows
        == [["b", "model=a", "f1", "2", "0.25", "0", "0.25", "0.25", ""]])
  }

  @Test("a baseline that no cell or several groups have is refused")
  func refused() {
    func error(_ values: [String: String]) -> StageError? {
      #expect(throws: StageError.self) { try table().paired(with: baseline(values)) }
    }
    let unknown = error(["model": "vgg61"])
    #expect(unknown?.reason == "'baseline' is model=vgg61, which no cell has")
    #expect(unknown?.hint == "did you mean 'model=vgg16'?")
    let several = error(["size": "64"])
    #expect(several?.reason.contains("which 3 groups of repeats have: model=cnn,size=64;") == true)
    #expect(several?.hint?.contains("name a value for each axis") == true)
  }
}
