import PipelineDSL
import Testing

@testable import Stages

@Suite struct ComparisonTableTests {
  private func table(_ repeats: String?) -> ComparisonTable {
    let cells = [
      ("cnn", "1", 0.5), ("cnn", "2", 0.75), ("vgg16", "1", 0.25), ("vgg16", "2", 0.25),
    ].map {
      ComparisonTable.Cell(
        coordinates: ["backbone": $0.0, "seed": $0.1], values: ["test/accuracy": $0.2])
    }
    return ComparisonTable(
      axes: ["backbone", "seed"], metrics: ["test/accuracy"], cells: cells, repeats: repeats)
  }

  @Test func oneRowPerCell() {
    #expect(
      String(decoding: table("seed").comparison.bytes, as: UTF8.self) == """
        backbone,seed,test/accuracy
        cnn,1,0.5
        cnn,2,0.75
        vgg16,1,0.25
        vgg16,2,0.25

        """)
  }

  @Test func oneRowPerGroupOfRepeats() {
    #expect(
      String(decoding: table("seed").summary.bytes, as: UTF8.self) == """
        backbone,n,mean/test/accuracy,sd/test/accuracy
        cnn,2,0.625,0.1767766952966369
        vgg16,2,0.25,0

        """)
  }

  @Test func metricsArePrefixedWithTheirGroup() {
    let numbers = table("seed").numbers
    #expect(numbers["mean/test/accuracy"] == nil)
    #expect(numbers["backbone=cnn/mean/test/accuracy"] == 0.625)
    #expect(numbers["backbone=vgg16/sd/test/accuracy"] == 0)
    #expect(numbers["n"] == 4)
    #expect(numbers["backbone=cnn/n"] == 2)
    #expect(table(nil).numbers["backbone=cnn,seed=2/test/accuracy"] == 0.75)
  }

  @Test func singleValueHasNoDeviation() {
    let spread = ComparisonTable.Spread(of: [0.5])
    #expect(spread.mean == 0.5)
    #expect(spread.deviation == nil)
    #expect(spread.count == 1)
  }
}
