import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunDescriptionTests {
  @Test func containsEverythingExceptHistories() throws {
    let store = try SampleStore()
    let cells = SampleCells().all.only("c-nmc", "pbc", "scores")
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: SampleCells.text)
    try store.records.add(
      EventRow(run: run.run.id, kind: "note", subject: "", text: "new camera", at: 0))
    let description = try RunDescription(run, records: store.records)
    let text = description.text
    let seal = try #require(run.end?.seal)
    for fact in [
      "five-class (3610f29bc979)", seal.hex, "new camera", "  seed", "its result is in the store",
      "  not met scores@backbone=cnn: test/macro-f1 0.8720, at-least 0.8800\n",
      "  pbc: 2 files are cut short", "3.2 s",
      "  evaluated 1 time under this pipeline name, in 1 run\n",
    ] {
      #expect(text.contains(fact), "\(fact)")
    }
    let json = description.json
    #expect(json["test-evaluations"]?["results"]?.whole == 1, "both cells have one key here")
    #expect(json["cells"]?.elements?.count == 4)
    let scores = try #require(json["cells"]?.elements?.last)
    #expect(scores["metrics"]?["test/accuracy"]?.real == 0.91)
    #expect(scores["checks"]?.elements?.first?["met"]?.truth == true)
    #expect(scores["artifacts"]?["metrics"]?["type"]?.text == "metrics")
    #expect(try JSONParser.parse(JSONPrettyForm.text(of: json)) == json)
  }
}
