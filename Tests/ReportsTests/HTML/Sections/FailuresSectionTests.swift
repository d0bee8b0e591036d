import PipelineDSL
import Store
import Testing

@testable import Reports

struct FailuresSectionTests {
  @Test func showsReasonLogAndScratch() throws {
    let store = try SampleStore()
    var failed = SampleStore.CellPlan("model", "fine-tune")
    (failed.status, failed.reason) = (.failed, "the loss is not a number at epoch 3")
    var skipped = SampleStore.CellPlan("scores", "evaluate")
    (skipped.status, skipped.reason) = (.skipped, "model failed")
    let body = try #require(
      FailuresSection.body(try store.context([failed, skipped], end: .failed))
    ).text
    #expect(body.contains("the loss is not a number at epoch 3"))
    #expect(body.contains("Traceback &lt;module&gt;"))
    #expect(body.contains("results/store/scratch/20261121-231501-ab12cd/3-model"))
    #expect(body.contains("1 cell did not run because an upstream cell failed."))
  }

  @Test("missing data are listed with the place to get them, apart from failures")
  func listsMissingData() throws {
    let store = try SampleStore()
    var skipped = SampleStore.CellPlan("pbc", "ingest/pbc")
    (skipped.status, skipped.reason) = (.skipped, "data missing: data/PBC")
    let run = try store.record([skipped], id: "20261121-000000-bbbbbb", text: "{}", end: nil)
    try store.addMissing(to: run.run.id)
    let facts = try RunFacts(run, store.records)
    let reader = ArtifactReader(store.objects)
    let context = ReportContext(
      facts: facts, reader: reader, secondsSaved: 0,
      pictures: ReportPictures(facts, reader, budget: 0, files: ReportFiles(nil)))
    let body = try #require(FailuresSection.body(context)).text
    #expect(body.contains("1 cell could not run: data missing"))
    #expect(body.contains("the location &#39;root&#39;: data/PBC: no such location"))
    #expect(body.contains("where to get it: https://example.org"))
    #expect(!body.contains("an upstream cell failed"))
  }

  @Test func sectionIsAbsentWithoutFailures() throws {
    let store = try SampleStore()
    #expect(FailuresSection.body(try store.context([SampleStore.CellPlan("a", "command")])) == nil)
  }
}
