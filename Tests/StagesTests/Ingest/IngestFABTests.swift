import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestFABTests {
  @Test func readsTheThreeTypes() throws {
    let outcome = try IngestBench().run(
      "ingest/fab", ["fab/L1/a.jpg", "fab/l2/b.jpg", "L3/c.png", "L4/d.png"])
    #expect(
      outcome.samples == [
        "fab/L1/a.jpg": "fab | L1 |  | ", "fab/l2/b.jpg": "fab | L2 |  | ",
        "L3/c.png": "fab | L3 |  | ",
      ])
    #expect(outcome.rejected == ["L4/d.png": "not below a folder of a class"])
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/fab", ["L1/a.jpg", "L2/b.jpg"])
    #expect(
      outcome.digests == [
        "samples": "2e9eaa102fee", "files": "1194f159fe4b", "rejected": "25e2841bee6c",
      ])
    #expect(IngestFAB.revision == 2)
  }
}
