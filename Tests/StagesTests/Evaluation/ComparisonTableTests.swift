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
        backbone,n,mean/test/accuracy,sd/test/accuracy,low/test/accuracy,high/test/accuracy
        cnn,2,0.625,0.1767766952966369,-0.963275592022,2.21327559202
        vgg16,2,0.25,0,0.25,0.25

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

  @Test("a single value has neither deviation nor interval")
  func singleValue() {
    let single = ComparisonTable(
      axes: ["seed"], metrics: ["f1"],
      cells: [.init(coordinates: ["seed": "1"], values: ["f1": 1])], repeats: "seed")
    #expect(single.summary.rows == [["1", "1", "", "", ""]])
    #expect(single.numbers == ["n": 1, "mean/f1": 1])
  }

  @Test("intervals are those of Student's t at the confidence of the table")
  func intervals() {
    var table = table("seed")
    table.confidence = 0.8
    let numbers = table.numbers
    // 3.077683537 is the 90th percentile of t with one degree of freedom.
    #expect(isNear(numbers["backbone=cnn/low/test/accuracy"] ?? 0, 0.625 - 0.125 * 3.077683537175))
    #expect(isNear(numbers["backbone=cnn/high/test/accuracy"] ?? 0, 0.625 + 0.125 * 3.077683537175))
    #expect(numbers["backbone=vgg16/low/test/accuracy"] == 0.25)
  }

  @Test("numbers that rest on logarithms have twelve digits")
  func rounded() {
    #expect(ComparisonTable.rounded(1.0 / 3) == 0.333333333333)
    #expect(ComparisonTable.rounded(0.25) == 0.25)
    #expect(ComparisonTable.roundedText(nil) == "")
  }
}
