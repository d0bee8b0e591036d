import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestManifestTests {
  private func table(_ text: String, _ path: String = "manifest.csv") -> [(
    path: String, bytes: [UInt8]
  )] {
    [(path, Array(text.utf8))]
  }

  @Test func readsTheFilesInTheTable() throws {
    let outcome = try IngestBench().run(
      "ingest/manifest", ["a/1.png", "a/2.png", "3.png", "4.png"],
      table(
        """
        Path,Label,Group,Source,Split
        a/1.png,blast,p1,lab,train
        a/2.png,"cell, other",,,VAL
        3.png,blast,p2,,
        """))
    #expect(
      outcome.samples == [
        "a/1.png": "lab | blast | p1 | train", "a/2.png": "manifest | cell, other |  | validation",
        "3.png": "manifest | blast | p2 | ",
      ])
    #expect(outcome.rejected == ["4.png": "manifest.csv does not name it"])
  }

  @Test func pathsAreRelativeToTheTablesFolder() throws {
    let outcome = try IngestBench().run(
      "ingest/manifest", ["set/a/1.png"], table("path,label\na/1.png,x\n", "set/list.csv"),
      with: ["table": "set/list.csv", "source": "mine"])
    #expect(outcome.samples == ["set/a/1.png": "mine | x |  | "])
  }

  @Test func everyInvalidLineIsReported() throws {
    let error = #expect(throws: StageError.self) {
      try IngestBench().run(
        "ingest/manifest", ["1.png", "2.png"],
        table("path,label,split\n1.png,,\n../2.png,x,\n2.png,x,often\n2.png,x,test\n"))
    }
    let reason = error?.reason ?? ""
    #expect(reason.contains("manifest.csv:2: the label is empty"))
    #expect(reason.contains("manifest.csv:3: no such file '../2.png'"))
    #expect(reason.contains("manifest.csv:4: split is 'often', not \(Part.listing)"))
    #expect(reason.contains("manifest.csv:5: '2.png' is already listed in line 4"))
  }

  /// A row can only name a file below the root: paths are looked up, never opened.
  @Test(arguments: [
    "/etc/passwd", "../1.png", "a/../1.png", "./1.png", "..\\1.png", "1.png\0", "//1.png",
  ])
  func aPathCannotLeaveTheRoot(_ path: String) throws {
    let error = #expect(throws: StageError.self) {
      try IngestBench().run("ingest/manifest", ["1.png"], table("path,label\n\"\(path)\",x\n"))
    }
    #expect(error?.reason == "manifest.csv:2: no such file '\(path)'")
  }

  @Test func tableMustBeBelowTheRoot() throws {
    let error = #expect(throws: StageError.self) {
      try IngestBench().run("ingest/manifest", ["1.png"], with: ["table": "../manifest.csv"])
    }
    #expect(error?.reason == "no ../manifest.csv below the root")
  }

  @Test func missingTableOrColumnIsReported() throws {
    let missing = #expect(throws: StageError.self) {
      try IngestBench().run("ingest/manifest", ["1.png"])
    }
    #expect(missing?.reason == "no manifest.csv below the root")
    let columns = #expect(throws: StageError.self) {
      try IngestBench().run("ingest/manifest", ["1.png"], table("file,label\n1.png,x\n"))
    }
    #expect(columns?.reason == "manifest.csv:1: no columns 'path' and 'label' among file, label")
  }

  @Test func bytesArePinned() throws {
    let outcome = try IngestBench().run(
      "ingest/manifest", ["1.png"], table("path,label,split\n1.png,x,train\n"))
    #expect(
      outcome.digests == [
        "samples": "d81b4be4032a", "files": "e175ae99403e", "rejected": "25e2841bee6c",
      ])
    #expect(IngestManifest.revision == 2)
  }
}
