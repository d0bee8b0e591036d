import PipelineDSL
import Store
import Testing

@testable import Reports

struct PredictionsSectionTests {
  private func html(
    _ cells: [SampleStore.CellPlan], budget: Int = RunReport.defaultImageBudget
  ) throws -> String? {
    let store = try SampleStore()
    // The objects of a store are deleted with it.
    return try withExtendedLifetime(store) {
      PredictionsSection.body(try store.context(cells, imageBudget: budget))?.text
    }
  }

  @Test("wrong, least sure and right predictions, with class and source to filter by")
  func kinds() throws {
    let body = try #require(try html([PictureCells.cells(20), PictureCells.scores(20, wrong: 3)]))
    #expect(body.contains("20 samples of the part test: 3 wrong"))
    #expect(body.ranges(of: "data-kind=\"wrong\"").count == 3)
    #expect(body.ranges(of: "data-kind=\"least sure\"").count == 12)
    #expect(body.ranges(of: "data-kind=\"right\"").count == 5)
    #expect(
      body.contains(
        "data-kind=\"wrong\" data-class=\"ALL\" data-source=\"c-nmc\"><img alt=\"ALL, predicted AML\""
      ))
    #expect(body.contains("predicted <b>AML</b> 0.5020"))
    #expect(body.contains("right predictions by class and source"))
  }

  @Test("samples that most of several models get wrong come first")
  func hard() throws {
    let body = try #require(
      try html([
        PictureCells.cells(20), PictureCells.scores(20, wrong: 3, at: "@x=1"),
        PictureCells.scores(20, wrong: 2, at: "@x=2"),
      ]))
    #expect(body.contains("2 samples that most of 2 models get wrong"))
    #expect(body.contains("wrong in 2 of 2"))
  }

  @Test("the budget holds")
  func budget() throws {
    let cells = [PictureCells.cells(60), PictureCells.scores(60, wrong: 20)]
    let all = try #require(try html(cells))
    let few = try #require(try html(cells, budget: 20_000))
    #expect(few.ranges(of: "<figure").count < all.ranges(of: "<figure").count)
    #expect(few.contains("of 60 predictions are shown; 'assay checkout' extracts all"))
  }

  @Test("lost crops are reported; a run that evaluates no images has no gallery")
  func missing() throws {
    let store = try SampleStore()
    let cells = [PictureCells.cells(4), PictureCells.scores(4, wrong: 1)]
    let context = try store.context(cells)
    try store.lose(Digest.of(try #require(cells[0].outputs[0].files[ImagesFormat.pixels])))
    let body = try #require(PredictionsSection.body(context)).text
    #expect(body.contains("pixels.npy cannot be read: the object is missing from the store"))
    #expect(try html([PictureCells.scores(4, wrong: 1)]) == nil)
  }
}
