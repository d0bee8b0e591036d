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

  @Test func aLargeRunIsFoldedByStageAndAxis() throws {
    let store = try SampleStore()
    let cells = (0..<120).map { number in
      var cell = SampleStore.CellPlan("x@n=\(number)", "command")
      cell.status = number == 0 ? .failed : .skipped
      return cell
    }
    let body = try #require(CellsSection.body(try store.context(cells))).text
    #expect(body.contains("<details class=\"fold\"><summary><b>x</b>"))
    #expect(body.contains("<b>n=0 … n=49</b>"))
    #expect(body.contains("<div id=\"cells-1\">"))
    #expect(body.contains("<div id=\"cells-1-3\">"))
    #expect(body.ranges(of: "<th scope=\"row\">x<wbr>@n=").count == 120)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let store = try SampleStore()
    let cells = (0..<120).map { SampleStore.CellPlan("x@n=\($0)", "command") }
    let context = try store.context(cells)
    let body = CellsSection.folded(context.facts, budget: 1).text
    // The first stretch is listed, which takes the budget, and the others are counted.
    #expect(body.ranges(of: "<th scope=\"row\">x<wbr>@n=").count == 50)
    #expect(body.contains("&#39;assay show&#39; lists 50 more cells"))
    #expect(body.contains("&#39;assay show&#39; lists 20 more cells"))
  }

  @Test func stagesThatDoNotFitAreCounted() throws {
    let store = try SampleStore()
    let cells = (0..<70).map { SampleStore.CellPlan("x\($0)", "command") }
    let body = CellsSection.folded(try store.context(cells).facts, budget: 1).text
    #expect(body.ranges(of: "<th scope=\"row\">").count == 1)
    #expect(body.contains("&#39;assay show&#39; lists 69 more cells of 69 more stages"))
  }
}
