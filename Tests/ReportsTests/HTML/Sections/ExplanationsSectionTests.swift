import PipelineDSL
import Store
import Testing

@testable import Reports

struct ExplanationsSectionTests {
  @Test func equalArtifactsAreShownOnce() throws {
    let store = try SampleStore()
    let cells = [
      PictureCells.cells(4), PictureCells.look([0], at: "@x=1"), PictureCells.look([0], at: "@x=2"),
    ]
    let body = try #require(ExplanationsSection.body(try store.context(cells))).text
    #expect(body.ranges(of: "<table class=\"look\">").count == 1)
    #expect(body.contains("and 1 cell with the same pictures"))
  }

  @Test("what does not fit is on pages beside the report, which hold every image")
  func pages() throws {
    let store = try SampleStore()
    let cells = [PictureCells.cells(30), PictureCells.look(Array(0..<25))]
    let context = try store.context(cells, place: ReportPlace(path: "run.html"))
    let body = try #require(ExplanationsSection.body(context)).text
    #expect(body.contains("<a href=\"run.files/explanations-look.html\">all 25</a>"))
    let page = String(
      decoding: try #require(context.pictures.files.files.first).bytes, as: UTF8.self)
    #expect(page.ranges(of: "<tr><th scope=\"row\">").count == 25)
    #expect(body.ranges(of: "<tr><th scope=\"row\">").count == 10)
  }

  @Test("the budget holds, and without a place the report says what is left out")
  func budget() throws {
    let store = try SampleStore()
    let cells = [PictureCells.cells(30), PictureCells.look(Array(0..<25))]
    let body = try #require(
      ExplanationsSection.body(try store.context(cells, imageBudget: 60_000))
    ).text
    #expect(body.utf8.count < 60_000)
    #expect(body.contains("of 25 images are shown; 'assay checkout' extracts all"))
  }

  @Test("many explained cells become links")
  func manyCells() throws {
    let store = try SampleStore()
    let looks = (0..<15).map { PictureCells.look([$0], at: "@x=\($0)") }
    let context = try store.context(
      [PictureCells.cells(20)] + looks, place: ReportPlace(path: "run.html"))
    let body = try #require(ExplanationsSection.body(context)).text
    #expect(body.contains("<summary>3 more explained cells</summary>"))
    #expect(body.contains("<a href=\"run.files/explanations-look-x-14.html\">look@x=14</a>"))
  }
}
