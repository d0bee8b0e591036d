import PipelineDSL
import Store
import Testing

@testable import Reports

struct GraphSectionTests {
  @Test func groupsCellsByStage() throws {
    let store = try SampleStore()
    var cells = SampleCells().all.only("model", "scores")
    cells[3].status = .failed
    let body = try #require(GraphSection.body(try store.context(cells))).text
    #expect(body.contains("<title>scores (evaluate): 1 executed, 1 failed</title>"))
    #expect(body.contains("<g class=\"room bad\"><title>scores"))
    // Stages that the run did not reach are known from the edges.
    #expect(body.contains("<title>augment (): 1 not reached</title>"))
    #expect(body.contains("2 cells · 52 min<"))
    #expect(body.ranges(of: "<g class=\"room").count == 5)
  }
}
