import PipelineDSL
import Store
import Testing

@testable import Reports

struct CellsSectionTests {
  @Test func showsStatusReasonTimeAndKey() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("c-nmc", "pbc"))
    let body = try #require(CellsSection.body(context)).text
    #expect(body.contains("<i class=\"dot hit\"></i>hit"))
    #expect(body.contains("its result is in the store"))
    #expect(body.contains("3.2 s"))
    #expect(body.contains("64.0 MiB"))
    let key = try #require(context.facts.cells[1].row.key)
    #expect(body.contains("<code>\(key.short)</code>"))
  }

  @Test func longTableIsCollapsed() throws {
    let store = try SampleStore()
    let cells = (0..<61).map { number in
      var cell = SampleStore.CellPlan("x@n=\(number)", "command")
      cell.status = .skipped
      return cell
    }
    let body = try #require(CellsSection.body(try store.context(cells))).text
    #expect(body.hasPrefix("<details><summary>61 cells</summary>"))
  }
}
