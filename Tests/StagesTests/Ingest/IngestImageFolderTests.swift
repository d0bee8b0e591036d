import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestImageFolderTests {
  func run(_ paths: [String], _ with: JSONObject = [:]) throws -> StageOutcome {
    let harness = try StageHarness()
    let files = try paths.enumerated().map { ($1, try Pictures.bmp(UInt8($0))) }
    return try harness.run(
      "ingest/image-folder", with, locations: ["root": try harness.write(files, under: "data")])
  }

  func labels(_ outcome: StageOutcome) throws -> [String] {
    try SampleTable(outcome["samples"]).samples.map(\.nativeLabel).sorted()
  }

  @Test func firstFolderIsTheClass() throws {
    #expect(try labels(try run(["a/1.png", "b/1.png", "b/deep/2.png"])) == ["a", "b", "b"])
  }

  @Test func skipsOneWrapperFolder() throws {
    #expect(try labels(try run(["set/a/1.png", "set/b/1.png"])) == ["a", "b"])
    // A single class is not a wrapper.
    #expect(try labels(try run(["a/1.png", "a/deep/2.png"])) == ["a", "a"])
  }

  @Test func depthSelectsADeeperFolder() throws {
    let outcome = try run(["train/a/1.png", "test/b/1.png", "c/2.png"], ["depth": 2])
    #expect(try labels(outcome) == ["a", "b"])
    #expect(try outcome.table("rejected", "rejected.csv").rows.map { $0[0] } == ["c/2.png"])
  }

  @Test func bytesArePinned() throws {
    let outcome = try run(["a/1.png", "b/1.png", "loose.png"], ["source": "mine"])
    #expect(
      outcome.digests == [
        "samples": "598541a69d51", "files": "908b5c063225", "rejected": "cda6c305d0ea",
      ])
    #expect(IngestImageFolder.revision == 2)
  }
}
