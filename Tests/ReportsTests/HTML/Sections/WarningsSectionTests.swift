import PipelineDSL
import Store
import Testing

@testable import Reports

struct WarningsSectionTests {
  @Test func equalWarningsAreGrouped() throws {
    let store = try SampleStore()
    let body = try #require(
      WarningsSection.body(try store.context(SampleCells().all.only("pbc", "scores")))
    ).text
    #expect(body.ranges(of: "<li>").count == 2)
    #expect(body.contains("<span class=\"soft\">(scores@backbone=cnn and 1 other cell)</span>"))
  }
}
