import Testing

@testable import Reports

struct EvaluationSectionTests {
  @Test func drawsAReliabilityCurvePerCell() throws {
    let store = try SampleStore()
    let context = try store.context(SampleCells().all.only("scores"))
    let body = try #require(EvaluationSection.body(context)).text
    #expect(body.ranges(of: "data-figure=\"reliability/").count == 2)
    #expect(body.ranges(of: "data-figure=").count == 2)
  }

  @Test func runsWithoutEvaluationHaveNoSection() throws {
    let store = try SampleStore()
    #expect(EvaluationSection.body(try store.context(SampleCells().all.only("pbc"))) == nil)
  }
}
