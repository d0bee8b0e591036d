import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestLymphomaTests {
  @Test func groupsByCase() throws {
    let outcome = try IngestBench().run(
      "ingest/lymphoma",
      [
        "CLL/sj-05-5269-R10_002.tif", "CLL/sj-05-5269-R3_001.tif", "fl/sj-05-894_004.tif",
        "MCL/whole.tif",
      ])
    #expect(
      outcome.samples == [
        "CLL/sj-05-5269-R10_002.tif": "lymphoma | CLL | lymphoma:CLL/sj-05-5269 | ",
        "CLL/sj-05-5269-R3_001.tif": "lymphoma | CLL | lymphoma:CLL/sj-05-5269 | ",
        "fl/sj-05-894_004.tif": "lymphoma | FL | lymphoma:FL/sj-05-894 | ",
        "MCL/whole.tif": "lymphoma | MCL |  | ",
      ])
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/lymphoma", ["CLL/a-R1_1.tif", "FL/b_1.tif"])
    #expect(
      outcome.digests == [
        "samples": "d1d2a4dd1d53", "files": "37f89ebc8303", "rejected": "25e2841bee6c",
      ])
    #expect(IngestLymphoma.revision == 2)
  }
}
