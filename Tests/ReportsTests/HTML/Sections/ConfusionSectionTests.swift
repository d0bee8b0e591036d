import PipelineDSL
import Store
import Testing

@testable import Reports

struct ConfusionSectionTests {
  @Test func showsTheTestPartFirst() throws {
    let store = try SampleStore()
    let body = try #require(
      ConfusionSection.body(try store.context(SampleCells().all.only("scores")))
    ).text
    #expect(body.contains("<h3>scores@backbone=cnn <span class=\"soft\">test</span></h3>"))
    #expect(body.ranges(of: "<details><summary>train</summary>").count == 2)
    #expect(body.ranges(of: "<table class=\"confusion\">").count == 6)
    #expect(body.contains("<th class=\"n\">sensitivity</th>"))
  }

  @Test func shadesByTheShareOfTheTrueClass() throws {
    let table = CSVTable(
      columns: ["true", "A", "B"],
      rows: [["A", "3", "1"], ["B", "0", "0"], ["C", "9223372036854775807", "-4"]])
    let matrix = ConfusionSection.matrix(table).text
    #expect(matrix.contains("rgb(var(--heat) / 75%)\">3<br><small>75%</small>"))
    #expect(matrix.contains("rgb(var(--heat) / 0%)\">0</td>"))
  }
}
