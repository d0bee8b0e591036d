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

  @Test("cells are paired by repeat, as far as both groups have it")
  func pairs() throws {
    let table = table()
    let group = try table.group(of: baseline(["model": "xception"]))
    let base = try table.group(of: baseline(["model": "cnn"]))
    let pairs = table.pairs(of: group, base)
    #expect(pairs.map { $0.own.coordinates["fold"] } == ["1", "2", "3"])
    #expect(pairs.map { $0.base.values["test/accuracy"] } == [0.905, 0.904, 0.92])
  }

  @Test("a baseline that no cell or several groups have is refused")
  func refused() {
    func error(_ values: [String: String]) -> StageError? {
      #expect(throws: StageError.self) { try table().group(of: baseline(values)) }
    }
    let unknown = error(["model": "vgg61"])
    #expect(unknown?.reason == "'baseline' is model=vgg61, which no cell has")
    #expect(unknown?.hint == "did you mean 'model=vgg16'?")
    let several = error(["size": "64"])
    #expect(several?.reason.contains("which 3 groups of repeats have: model=cnn,size=64;") == true)
    #expect(several?.hint?.contains("name a value for each axis") == true)
  }
}
