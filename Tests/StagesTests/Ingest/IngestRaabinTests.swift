import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestRaabinTests {
  @Test func readsPartsAndSlides() throws {
    let outcome = try IngestBench().run(
      "ingest/raabin",
      [
        "Train/Basophil/95-8-27-1_176_1.jpg", "TestA/Monocyte/20190531_113612_0.jpg",
        "Test-A/Neutrophil/17.jpg", "raabin/Test-B/EOSINOPHIL/95-9-1-2_3_1.jpg", "Train/Yeti/1.jpg",
      ], [("Train/Basophil/list.csv", [65])])
    #expect(
      outcome.samples == [
        "Train/Basophil/95-8-27-1_176_1.jpg": "raabin | Basophil | raabin:95-8-27-1 | train",
        "TestA/Monocyte/20190531_113612_0.jpg": "raabin | Monocyte | raabin:20190531 | test",
        "Test-A/Neutrophil/17.jpg": "raabin | Neutrophil |  | test",
        "raabin/Test-B/EOSINOPHIL/95-9-1-2_3_1.jpg": "raabin | Eosinophil | raabin:95-9-1-2 | test",
      ])
    #expect(
      outcome.rejected == [
        "Train/Yeti/1.jpg": "not below a folder of a class",
        "Train/Basophil/list.csv": "not an image file: its name ends in 'csv'",
      ])
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run(
      "ingest/raabin", ["Train/Basophil/95-8-27-1_176_1.jpg", "TestA/Monocyte/1.jpg"])
    #expect(
      outcome.digests == [
        "samples": "e3c6036d37ac", "files": "3a64d2c1d37b", "rejected": "25e2841bee6c",
      ])
    #expect(IngestRaabin.revision == 2)
  }
}
