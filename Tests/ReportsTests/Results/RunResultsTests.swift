import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct RunResultsTests {
  @Test(
    "a sentence ends at a full stop before a capital letter",
    arguments: [
      ("One. Two.", "One."), ("Doe et al. 2024, table 10. Next.", "Doe et al. 2024, table 10."),
      ("Section 4.3: all", "Section 4.3: all"), ("", ""), (".", "."), ("A\nB. C", "A B."),
    ])
  func firstSentence(_ text: String, _ sentence: String) {
    #expect(RunResults.firstSentence(of: text) == sentence)
  }

  @Test("a run is named by its id, its time and its seal")
  func identity() throws {
    let store = try SampleStore()
    let run = try store.grid()
    try store.records.add(
      EventRow(run: run.run.id, kind: "note", subject: "", text: "100 images.", at: 0))
    let reader = ArtifactReader(store.objects)
    let results = try RunResults(
      run, store.records, reader, ResultsRequest(note: "synthetic images"))
    let seal = try #require(run.end?.seal.short)
    #expect(
      results.identity == "run \(run.run.id), 2026-11-21 22:26:40 UTC, seal \(seal), failed")
    #expect(results.about == "Experiment D of Doe et al. 2024, table 10: five classes.")
    #expect(results.notes == ["synthetic images", "100 images."])
    let open = try store.grid([], id: "20261122-000000-bbbbbb", end: nil)
    #expect(
      try RunResults(open, store.records, reader, ResultsRequest()).identity
        .hasSuffix("without a seal, unfinished"))
  }
}
