import Store
import Testing

@testable import Reports

struct TimeLineSectionTests {
  @Test func aRunThatExecutedNothingHasNone() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("a", "command")
    cell.status = .hit
    #expect(TimeLineSection.body(try store.context([cell])) == nil)
  }

  @Test func statesHowManyCellsRanAtATime() throws {
    let store = try SampleStore()
    var cells = ["a", "b"].map { SampleStore.CellPlan($0, "command") }
    cells[1].seconds = 2
    let body = try #require(TimeLineSection.body(try store.context(cells))).text
    #expect(body.contains("data-figure=\"time-line\""))
    #expect(body.contains("2 cells took 3.0 s within 5.0 s, at most 2 at a time."))
  }
}
