import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestPBCTests {
  func files(_ prefix: String = "") throws -> [(path: String, bytes: [UInt8])] {
    let whole = try Pictures.jpeg(3)
    return [
      ("\(prefix)basophil/BA_1.jpg", try Pictures.jpeg(1)),
      ("\(prefix)basophil/BA_2.jpg", try Pictures.jpeg(1)),
      ("\(prefix)neutrophil/BNE_1.jpg", try Pictures.jpeg(2)),
      ("\(prefix)eosinophil/EO_1.jpg", try Pictures.jpeg(2)),
      ("\(prefix)ig/MY_1.jpg", Array(whole.prefix(whole.count / 2))),
      ("\(prefix)ig/MY_2.jpg", []),
      ("\(prefix)neutrophil/.DS_169665.jpg", Array("none".utf8)),
      ("\(prefix)neutrophil/note.jpg", Array("no image".utf8)),
      ("Thumbs.db", [1, 2]), ("readme.txt", [65]),
    ]
  }

  @Test(arguments: ["", "PBC_dataset_normal_DIB/", "a/PBC_dataset_normal_DIB/"])
  func findsTheFolderAtAnyDepth(prefix: String) throws {
    let harness = try StageHarness()
    let root = try harness.write(try files(prefix), under: "data")
    let outcome = try harness.run("ingest/pbc", locations: ["root": root])
    let samples = try SampleTable(outcome["samples"]).samples
    // Two identical files are one row if they have the same label, else two rows.
    #expect(samples.map(\.label).sorted() == ["basophil", "eosinophil", "neutrophil"])
    #expect(Set(samples.map(\.id)).count == 2)
    #expect(outcome.metrics["samples"] == 2)
    #expect(outcome.metrics["files"] == 4)
    #expect(outcome.metrics["samples/basophil"] == 1)
    let listed = try outcome.table("files", "files.csv").rows
    #expect(
      listed.map { $0[1] } == [
        "\(prefix)basophil/BA_1.jpg", "\(prefix)basophil/BA_2.jpg", "\(prefix)eosinophil/EO_1.jpg",
        "\(prefix)neutrophil/BNE_1.jpg",
      ])
    #expect(listed[0][3...] == ["24", "20"])
  }

  @Test func unreadableFilesAreRejected() throws {
    let harness = try StageHarness()
    let root = try harness.write(try files(), under: "data")
    let outcome = try harness.run("ingest/pbc", locations: ["root": root])
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    #expect(
      rejected.map { $0[0] } == [
        "Thumbs.db", "basophil/BA_2.jpg", "ig/MY_1.jpg", "ig/MY_2.jpg", "neutrophil/.DS_169665.jpg",
        "neutrophil/note.jpg",
        "readme.txt",
      ])
    #expect(rejected[0][1].contains("ignored"))
    #expect(
      rejected[1] == [
        "basophil/BA_2.jpg", "same content and label as another file", "basophil/BA_1.jpg",
      ])
    #expect(rejected[4][1] == "hidden file, ignored")
    #expect(rejected.allSatisfy { !$0[1].isEmpty })
    #expect(outcome.metrics["rejected"] == 6 && outcome.metrics["merged"] == 1)
    // Every file is a sample, merged with one, or rejected.
    let samples = try outcome.table("samples", "samples.csv").rows.count
    #expect(outcome.metrics["files"] == Double(samples + 1))
  }

  @Test func filesTheRunnerLeftOutAreRejected() throws {
    let harness = try StageHarness()
    let root = try harness.write([("ig/a.jpg", try Pictures.jpeg(1))], under: "data")
    let outcome = try harness.run(
      "ingest/pbc", locations: ["root": root],
      problems: [.init(path: "ig/link.jpg", reason: "a link that leads out of the root")])
    #expect(
      try outcome.table("rejected", "rejected.csv").rows
        == [["ig/link.jpg", "a link that leads out of the root"]])
  }

  @Test func failsIfAFileChangesDuringTheRun() throws {
    let harness = try StageHarness()
    let root = try harness.write([("ig/a.jpg", try Pictures.jpeg(1))], under: "data")
    let snapshot = try StageHarness.snapshot(of: root)
    _ = try harness.write([("ig/a.jpg", try Pictures.jpeg(2))], under: "data")
    let context = StageContext(
      locations: ["root": snapshot], originals: OriginalFiles([snapshot]),
      scratch: harness.folder, state: StateFolder(harness.folder), events: RecordedEvents())
    let failure = #expect(throws: StageError.self) {
      try StageCatalogue.all["ingest/pbc"]?.run(["root": .string(root)], context)
    }
    #expect(failure?.reason.hasSuffix("changed during the run") == true)
  }

  @Test func renamingAFileDoesNotChangeSamples() throws {
    let harness = try StageHarness()
    let one = try harness.write([("ig/a.jpg", try Pictures.jpeg(1))], under: "one")
    let two = try harness.write([("ig/b.jpg", try Pictures.jpeg(1))], under: "two")
    let first = try harness.run("ingest/pbc", locations: ["root": one])
    let second = try harness.run("ingest/pbc", locations: ["root": two])
    #expect(first["samples"].digest == second["samples"].digest)
    #expect(first["files"].digest != second["files"].digest)
  }

  @Test func severalFoldersAreRefused() throws {
    let harness = try StageHarness()
    let root = try harness.write(
      [("one/ig/a.jpg", try Pictures.jpeg(1)), ("two/ig/a.jpg", try Pictures.jpeg(2))],
      under: "data")
    let failure = #expect(throws: StageError.self) {
      try harness.run("ingest/pbc", locations: ["root": root])
    }
    #expect(failure?.reason.hasSuffix("one, two") == true)
  }

  @Test func missingClassFoldersReportTheExpectedLayout() throws {
    let harness = try StageHarness()
    let root = try harness.write([("lymph/a.jpg", try Pictures.jpeg(1))], under: "data")
    let failure = #expect(throws: StageError.self) {
      try harness.run("ingest/pbc", locations: ["root": root])
    }
    #expect(failure?.reason.contains("lymph/a.jpg: not in a folder of a cell type") == true)
    #expect(failure?.hint?.contains("folders basophil, eosinophil") == true)
  }

  @Test func bytesArePinnedForAnyNumberOfThreads() throws {
    let harness = try StageHarness()
    // BMP content: the digests must not depend on the version of a codec.
    let root = try harness.write(
      [
        ("basophil/1.jpg", try Pictures.bmp(1)), ("basophil/2.jpg", try Pictures.bmp(1)),
        ("ig/1.jpg", try Pictures.bmp(2)), ("ig/2.jpg", Array("no image".utf8)),
        ("ig/.DS_1.jpg", [1]),
      ], under: "data")
    for threads in [1, 3] {
      let outcome = try harness.run("ingest/pbc", locations: ["root": root], threads: threads)
      #expect(
        outcome.digests == [
          "samples": "6b9280410035", "files": "71cf3eb9a9d6", "rejected": "bb89aa9690a4",
        ])
    }
    #expect(IngestPBC.revision == 3)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func readsTheRealSample() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let outcome = try harness.run(
      "ingest/pbc", locations: ["root": data + "/PBC_dataset_normal_DIB"])
    #expect(outcome.metrics["files"] == 992)
    #expect(outcome.metrics["samples"] == 975)
    #expect(outcome.metrics["rejected"] == 1)
    let harmonised = try harness.run(
      "harmonise-labels", ["scheme": "cell-type"], inputs: ["samples": [outcome["samples"]]])
    #expect(harmonised.metrics["samples"] == 974)
    #expect(harmonised.metrics["dropped/conflicting"] == 2)
  }
}
