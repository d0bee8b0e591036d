import PipelineDSL
import Store
import Testing

@testable import Reports

struct ExplanationsSectionTests {
  @Test func equalArtifactsAreShownOnce() throws {
    let store = try SampleStore()
    var first = SampleStore.CellPlan("look@x=1", "explain")
    first.outputs = [
      .init("explanations", .explanations, ["overview.png": TinyPNG.cell(1, edge: 8)])
    ]
    var second = first
    second.name = "look@x=2"
    let body = try #require(ExplanationsSection.body(try store.context([first, second]))).text
    #expect(body.ranges(of: "<img ").count == 1)
    #expect(body.contains("and 1 cell with the same pictures"))
  }
}
