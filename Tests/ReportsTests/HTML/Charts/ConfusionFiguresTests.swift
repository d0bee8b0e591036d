import PipelineDSL
import Testing

@testable import Reports

struct ConfusionFiguresTests {
  @Test func shadesByTheShareOfTheTrueClass() throws {
    let table = CSVTable(
      columns: ["true", "A", "B"],
      rows: [["A", "3", "1"], ["B", "0", "0"], ["C", "9223372036854775807", "-4"]])
    let map = try #require(ConfusionFigures.map(table, title: "confusion"))
    #expect(map.fields[0].map(\.share) == [0.75, 0.25])
    #expect(map.fields[0].map(\.small) == ["75%", "25%"])
    #expect(map.fields[1].map(\.share) == [0, 0])
    #expect(map.fields[2].map(\.share) == [1, 0])
    #expect(map.fields[0][1].about == "A called B: 1 of 4")
  }

  @Test func tooManyClassesAreNotDrawn() {
    let names = (0..<25).map { "c\($0)" }
    #expect(ConfusionFigures.map(CSVTable(columns: ["true"] + names, rows: []), title: "") == nil)
    #expect(ConfusionFigures.map(CSVTable(columns: ["true"], rows: []), title: "") == nil)
  }

  @Test func captionsStateTheirNumbers() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("scores"))
    let list = ConfusionFigures.figures(context.facts, context.reader, limit: .max)
    #expect(
      list.figures.map(\.name).prefix(3) == [
        "confusion/scores@backbone=cnn", "confusion/scores@backbone=cnn/validation",
        "confusion/scores@backbone=cnn/train",
      ])
    let caption = try #require(list.figures.first?.caption)
    #expect(caption.contains("test part, n = 20 samples of 9 groups"))
    #expect(caption.contains("accuracy 0.8900 (95 % interval 0.7650 to 0.9525, Wilson)"))
    #expect(ConfusionFigures.figures(context.facts, context.reader, limit: 1).leftOut > 0)
  }
}
