import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestMultiCancerTests {
  @Test func readsTheFourClasses() throws {
    let outcome = try IngestBench().run(
      "ingest/multi-cancer",
      ["Multi Cancer/ALL/all_benign/a.jpg", "ALL/ALL_PRO/b.jpg", "Lymphoma/lymph_cll/c.jpg"])
    #expect(
      outcome.samples == [
        "Multi Cancer/ALL/all_benign/a.jpg": "multi-cancer | all_benign |  | ",
        "ALL/ALL_PRO/b.jpg": "multi-cancer | all_pro |  | ",
      ])
    #expect(outcome.rejected == ["Lymphoma/lymph_cll/c.jpg": "not below a folder of a class"])
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/multi-cancer", ["all_pre/a.jpg", "all_pro/b.jpg"])
    #expect(
      outcome.digests == [
        "samples": "4bc8dc19904c", "files": "9040a0ab3029", "rejected": "25e2841bee6c",
      ])
    #expect(IngestMultiCancer.revision == 2)
  }
}
