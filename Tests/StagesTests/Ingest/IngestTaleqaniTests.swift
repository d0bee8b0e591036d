import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestTaleqaniTests {
  private let files = [
    "Original/Benign/WBC-Benign-001.jpg", "Original/Early/WBC-Malignant-Early-001.jpg",
    "Segmented/Pro/WBC-Malignant-Pro-001.jpg",
    "Blood cell Cancer [ALL]/[Malignant] early Pre-B/1.jpg",
    "Blood cell Cancer [ALL]/[Malignant] Pre-B/2.jpg", "[malignant] Pro-B/3.jpg",
  ]

  @Test func readsBothReleases() throws {
    let outcome = try IngestBench().run("ingest/taleqani", files)
    #expect(
      outcome.samples.mapValues { $0.split(separator: " | ")[1] } == [
        files[0]: "Benign", files[1]: "Early", files[3]: "Early", files[4]: "Pre", files[5]: "Pro",
      ])
    #expect(outcome.rejected == [files[2]: "a segmented image; images is original"])
  }

  @Test func readsOnlySegmentedImages() throws {
    let outcome = try IngestBench().run(
      "ingest/taleqani", Array(files.prefix(3)), with: ["images": "segmented"])
    #expect(outcome.samples.keys.sorted() == [files[2]])
    #expect(outcome.rejected[files[0]] == "an original image; images is segmented")
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/taleqani", Array(files.prefix(2)))
    #expect(
      outcome.digests == [
        "samples": "4f1d9b34b51a", "files": "f61cb0224508", "rejected": "25e2841bee6c",
      ])
    #expect(IngestTaleqani.revision == 2)
  }
}
