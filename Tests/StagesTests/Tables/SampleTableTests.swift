import PipelineDSL
import Testing

@testable import Stages

@Suite struct SampleTableTests {
  let rows = [
    Sample(id: "b", source: "s", nativeLabel: "x, y", label: "X", group: ""),
    Sample(id: "a", source: "s", nativeLabel: "z", label: "Z", group: "s:1"),
    Sample(id: "b", source: "s", nativeLabel: "x, y", label: "X", group: ""),
  ]

  @Test func sortsAndRemovesDuplicateRows() {
    let table = SampleTable(samples: rows)
    #expect(table.samples.map(\.id) == ["a", "b"])
    #expect(table.classes == ["X", "Z"])
  }

  @Test func roundTrips() throws {
    let harness = try StageHarness()
    let folder = try harness.write([("placeholder", [])], under: "table")
    let table = SampleTable(samples: rows)
    try table.write(to: folder)
    let bytes = try harness.artifact(
      "copy",
      [
        (
          "samples.csv",
          CSVTable(
            columns: SamplesFormat.columns, rows: table.samples.map(\.fields)
          ).bytes
        )
      ])
    #expect(try SampleTable(bytes) == table)
  }

  @Test func reportsAMissingColumn() throws {
    let harness = try StageHarness()
    let artifact = try harness.artifact("broken", [("samples.csv", Array("id,label\na,X\n".utf8))])
    let failure = #expect(throws: StageError.self) { try SampleTable(artifact) }
    #expect(failure?.reason.contains("no column 'source'") == true)
  }
}
