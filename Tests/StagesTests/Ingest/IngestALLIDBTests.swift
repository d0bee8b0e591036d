import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestALLIDBTests {
  @Test func readsBothSetsInAnyLayout() throws {
    let outcome = try IngestBench().run(
      "ingest/all-idb",
      [
        "ALL_IDB1/im/Im001_1.jpg", "ALL_IDB1/img/IM108_0.JPG", "ALL_IDB2/img/Im001_1.tif",
        "ALL-IDB 2/Im260_0.TIF", "Im007_1.tif",
      ],
      [
        ("ALL_IDB1/xyc/Im001_1.xyc", Array("10\t20\n".utf8)), ("ALL_IDB1/readme.txt", [65]),
        ("ALL_IDB2/img/Im1_1.tif", [1]), ("ALL_IDB2/img/Im002_1.tif", [1]),
        ("ALL_IDB2/img/._Im002_1.tif", [1]),
      ])
    #expect(
      outcome.samples == [
        "ALL_IDB1/im/Im001_1.jpg": "all-idb1 | ALL |  | ",
        "ALL_IDB1/img/IM108_0.JPG": "all-idb1 | Healthy |  | ",
        "ALL_IDB2/img/Im001_1.tif": "all-idb2 | ALL |  | ",
        "ALL-IDB 2/Im260_0.TIF": "all-idb2 | Healthy |  | ",
        "Im007_1.tif": "all-idb2 | ALL |  | ",
      ])
    #expect(
      outcome.rejected == [
        "ALL_IDB1/readme.txt": "its name is not that of an ALL-IDB image, Im001_1.jpg",
        "ALL_IDB2/img/Im1_1.tif": "its name is not that of an ALL-IDB image, Im001_1.jpg",
        "ALL_IDB2/img/Im002_1.tif": "not a BMP, JPEG, PNG or TIFF file",
        "ALL_IDB2/img/._Im002_1.tif": "hidden file, ignored",
      ])
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run("ingest/all-idb", ["im/Im001_1.jpg", "im/Im002_0.jpg"])
    #expect(
      outcome.digests == [
        "samples": "ed41bee6d9c7", "files": "b8fd69e26005", "rejected": "25e2841bee6c",
      ])
    #expect(IngestALLIDB.revision == 2)
  }
}
