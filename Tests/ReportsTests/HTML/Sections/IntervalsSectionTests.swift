import PipelineDSL
import Store
import Testing

@testable import Reports

struct IntervalsSectionTests {
  private func body(_ cells: [SampleStore.CellPlan]) throws -> String? {
    // The store is removed with its last reference.
    let store = try SampleStore()
    let body = IntervalsSection.body(try store.context(cells))
    return withExtendedLifetime(store) { body?.text }
  }

  @Test func showsTheTestPartWithItsIntervals() throws {
    let body = try #require(try body(SampleCells().all.only("scores")))
    #expect(body.contains("<td>scores@backbone=cnn</td><td>test</td>"))
    // Of two methods the first; a value without an interval stands alone.
    #expect(body.contains("0.8900 <span class=\"soft\">0.7650 to 0.9525</span>"))
    #expect(body.contains("0.8720 <span class=\"soft\">0.7500 to 0.9375</span>"))
    #expect(body.contains("<td class=\"n\">1</td>"))
    #expect(!body.contains("0.9900") && !body.contains("clopper"))
  }

  @Test func runsWithoutIntervalsHaveNoSection() throws {
    #expect(try body(SampleCells().all.only("pbc", "table")) == nil)
  }

  @Test func otherTablesAreNotRead() throws {
    var cell = SampleStore.CellPlan("m", "command")
    cell.outputs = [
      .init(
        "metrics", .metrics, text: ["intervals.csv": "name,value\nx,1\n", "metrics.json": "{}"])
    ]
    #expect(try body([cell]) == nil)
  }
}
