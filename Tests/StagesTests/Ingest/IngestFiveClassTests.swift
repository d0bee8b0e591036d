import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestFiveClassTests {
  func run(_ files: [(path: String, bytes: [UInt8])]) throws -> StageOutcome {
    let harness = try StageHarness()
    return try harness.run(
      "ingest/five-class", locations: ["root": try harness.write(files, under: "data")])
  }

  func files() throws -> [(path: String, bytes: [UInt8])] {
    [
      ("Set/train/ALL/1.jpg", try Pictures.jpeg(1)), ("Set/train/aml/1.png", try Pictures.png(2)),
      ("Set/test/CLL/1.bmp", try Pictures.bmp(3)), ("Set/test/Cml/1.jpg", try Pictures.jpeg(4)),
      ("Set/H/1.jpg", try Pictures.jpeg(5)), ("Set/Healthy/1.jpg", try Pictures.jpeg(6)),
      ("Set/normal/sub/1.jpg", try Pictures.jpeg(7)), ("Set/other/1.jpg", try Pictures.jpeg(8)),
    ]
  }

  @Test func findsClassFoldersInAnyLayout() throws {
    let outcome = try run(try files())
    let labels = try SampleTable(outcome["samples"]).samples.map(\.nativeLabel).sorted()
    #expect(labels == ["ALL", "CLL", "Cml", "H", "Healthy", "aml", "normal"])
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    #expect(rejected == [["Set/other/1.jpg", "not below a folder of a class"]])
  }

  @Test func bytesArePinned() throws {
    // BMP content: the digests must not depend on the version of a codec.
    let files = try files().enumerated().map { ($1.path, try Pictures.bmp(UInt8($0))) }
    let outcome = try run(files)
    #expect(
      outcome.digests == [
        "samples": "f6c2824d087b", "files": "9ccae11ff040", "rejected": "b8f902ceb686",
      ])
    #expect(IngestFiveClass.revision == 3)
  }
}
