import Testing

@testable import Reports

struct GridSectionTests {
  @Test func offersAChoiceOfMetrics() throws {
    let store = try SampleStore()
    let facts = try RunFacts(try store.grid(), store.records)
    let reader = ArtifactReader(store.objects)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: 0,
      pictures: ReportPictures(facts, reader, budget: 0, files: ReportFiles(nil)))
    let body = try #require(GridSection.body(context)).text
    #expect(body.contains("data-choice"))
    #expect(body.ranges(of: "data-label=\"scores: test/").count == 2)
    #expect(body.contains("data-figure=\"parallel/scores\""))
  }

  @Test func runsWithoutAxesHaveNoSection() throws {
    let store = try SampleStore()
    #expect(GridSection.body(try store.context(SampleCells().all.only("pbc"))) == nil)
  }
}
