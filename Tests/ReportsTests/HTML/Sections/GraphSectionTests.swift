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
    #expect(body.contains("title=\"scores (evaluate): 1 executed, 1 failed\""))
    #expect(body.contains("<a class=\"room bad\" href=\"#stage-5\""))
    // Stages that the run did not reach are known from the edges.
    #expect(body.contains("title=\"augment (augment): 1 not reached\""))
    #expect(body.contains("2 cells · 52 min<"))
    #expect(body.ranges(of: "<a class=\"room").count == 5)
    #expect(body.contains("</i>not reached</span>"))
  }

  @Test func everyBoxLeadsToItsPanel() throws {
    let store = try SampleStore()
    let body = try #require(GraphSection.body(try store.context(SampleCells().all))).text
    for number in 1...10 {
      #expect(body.ranges(of: "<a class=\"room\" href=\"#stage-\(number)\"").count == 1)
      #expect(body.ranges(of: "<div id=\"stage-\(number)\">").count == 1)
    }
  }
}
