import PipelineDSL
import Store
import Testing

@testable import Reports

struct EffectiveParametersTests {
  private func resolved(
    _ cells: [SampleStore.CellPlan], text: String
  ) throws -> EffectiveParameters {
    let store = try SampleStore()
    let run = try store.record(cells, id: "20261121-000000-aaaaaa", text: text)
    return EffectiveParameters(try RunFacts(run, store.records), store.cache)
  }

  private func plan(_ name: String, _ parameters: JSONObject) -> SampleStore.CellPlan {
    var plan = SampleStore.CellPlan(name, "fine-tune")
    plan.parameters = parameters
    return plan
  }

  @Test func defaultsAreFilledInAndAxesStayReferences() throws {
    let text = """
      {"axes": {"rate": [1, 2]}, "stages": {"model": {"uses": "fine-tune",
       "with": {"rate": "${rate}", "size": "${size}"}}, "other": {"uses": "x"}}}
      """
    let resolved = try resolved(
      [
        plan("model@rate=1", ["rate": 1, "size": 8, "batch": 32]),
        plan("model@rate=2", ["rate": 2, "size": 8, "batch": 32]),
      ], text: text)
    let written = try JSONParser.parse(try #require(resolved.text(of: text)))
    let with = written["stages"]?["model"]?["with"]
    #expect(with == ["rate": "${rate}", "size": 8, "batch": 32])
    #expect(written["stages"]?["other"] == ["uses": "x"])
    #expect(resolved.stages.first?.parameters.map(\.name) == ["batch", "rate", "size"])
    #expect(resolved.stages.first?.parameters.map(\.values.count) == [1, 2, 1])
  }

  @Test func referenceStaysWhereNotEveryCellWasRead() throws {
    let text = """
      {"stages": {"model": {"uses": "fine-tune", "with": {"size": "${size}"}}}}
      """
    let resolved = try resolved(
      (0..<100).map { plan("model@n=\($0)", ["size": 8, "batch": .integer(32)]) }, text: text)
    let written = try JSONParser.parse(try #require(resolved.text(of: text)))
    #expect(written["stages"]?["model"]?["with"] == ["size": "${size}", "batch": 32])
  }

  @Test func textThatIsNotJSONHasNoResolvedForm() throws {
    #expect(try resolved([plan("model", ["a": 1])], text: "no JSON").text(of: "no JSON") == nil)
  }
}
