import PipelineDSL
import Store
import Testing

@testable import Reports

struct TimeListingTests {
  private func listing(_ seconds: Double?) throws -> TimeListing {
    let store = try SampleStore()
    var cells: [SampleStore.CellPlan] = []
    if let seconds {
      var model = SampleStore.CellPlan("model", "fine-tune")
      model.seconds = seconds
      model.outputs = [.init("model", .model, text: ["model.json": "{}"])]
      var other = SampleStore.CellPlan("other", "command")
      other.seconds = 3
      other.outputs = [.init("files", .files, text: ["x": "x"])]
      var scores = SampleStore.CellPlan("scores", "evaluate")
      scores.seconds = 2
      scores.inputs = [("model", "model", "model"), ("files", "other", "files")]
      cells = [model, other, scores]
    }
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: "{}")
    return try TimeListing([run], records: store.records)
  }

  @Test("the table has one column per phase, then the overall time and where it comes from")
  func tableHasPhases() throws {
    #expect(
      try listing(100).text(width: nil) == """
        run                     cell      training  prediction  command     overall  from
        20261121-000000-aaaaaa  scores  1 min 40 s       2.0 s    3.0 s  1 min 45 s  this run
        cells that several models share count in each of them

        """)
    #expect(try listing(nil).text(width: nil) == "no times are recorded\n")
  }

  @Test("JSON has seconds by phase")
  func jsonHasSeconds() throws {
    let row = try #require(try listing(100).json.elements?.first)
    #expect(row["cell"]?.text == "scores" && row["overall"]?.real == 105)
    #expect(row["seconds"]?.object?.names == ["training", "prediction", "command"])
    #expect(row["executed"]?.whole == 3 && row["cached"]?.elements?.isEmpty == true)
  }
}
