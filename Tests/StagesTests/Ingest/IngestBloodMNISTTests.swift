import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct IngestBloodMNISTTests {
  /// An archive of 3 training, 2 validation and 1 test images of 4 x 4 pixels.
  static func archive(
    imageShape: [Int] = [4, 4, 3], label: UInt8 = 7, without: String = "", deflated: Bool = true
  ) throws -> [UInt8] {
    var members: [(String, NPYArray)] = []
    for (part, count) in [("train", 3), ("val", 2), ("test", 1)] {
      let size = imageShape.reduce(1, *)
      let pixels = (0..<count * size).map { UInt8(($0 * 7 + count) % 251) }
      members.append(("\(part)_images", NPYArray(uint8: pixels, shape: [count] + imageShape)))
      members.append(
        (
          "\(part)_labels",
          NPYArray(uint8: (0..<count).map { label - UInt8($0) }, shape: [count, 1])
        ))
    }
    return try NPZArchive.encode(members.filter { $0.0 != without }, deflated: deflated)
  }

  func run(_ files: [(path: String, bytes: [UInt8])], root: String = "") throws -> StageOutcome {
    let harness = try StageHarness()
    let folder = try harness.write(files, under: "data")
    return try harness.run("ingest/bloodmnist", locations: ["root": folder + root])
  }

  @Test(arguments: ["bloodmnist.npz", "bloodmnist_224.npz"])
  func labelsAreThoseOfPBC(name: String) throws {
    let outcome = try run([(name, try Self.archive()), ("readme.txt", [65])])
    let samples = try SampleTable(outcome["samples"]).samples
    let hex = Digest.of(try Self.archive()).hex
    #expect(
      samples.map(\.id) == [
        "\(hex):test/0", "\(hex):train/0", "\(hex):train/1", "\(hex):train/2", "\(hex):val/0",
        "\(hex):val/1",
      ])
    #expect(
      samples.map(\.label) == [
        "platelet", "platelet", "neutrophil", "monocyte", "platelet", "neutrophil",
      ])
    #expect(
      try outcome.table("files", "files.csv").rows.map { $0[1] + $0[3] + $0[4] } == ["\(name)44"])
    #expect(try outcome.table("rejected", "rejected.csv").rows.map { $0[0] } == ["readme.txt"])
  }

  @Test func acceptsAFileAsRoot() throws {
    let outcome = try run([("cells.npz", try Self.archive())], root: "/cells.npz")
    #expect(outcome.metrics["samples"] == 6)
  }

  @Test func reportsInvalidArchives() throws {
    for (bytes, reason) in [
      (try Self.archive(imageShape: [4, 4]), "expected train_images as uint8 of N x H x W x 3"),
      (try Self.archive(label: 9), "train_labels has 9 at 0, not 0 to 7"),
      (try Self.archive(without: "val_labels"), "no member val_labels; it has train_images"),
      ([1, 2, 3], "bloodmnist.npz: "),
      (Array(try Self.archive().dropLast(40)), "bloodmnist.npz: "),
    ] {
      let failure = #expect(throws: StageError.self) { try run([("bloodmnist.npz", bytes)]) }
      #expect(failure?.reason.contains(reason) == true)
    }
  }

  @Test func severalArchivesAreRefused() throws {
    let failure = #expect(throws: StageError.self) {
      try run([("bloodmnist.npz", try Self.archive()), ("bloodmnist_64.npz", try Self.archive())])
    }
    #expect(failure?.reason.contains("bloodmnist.npz, bloodmnist_64.npz") == true)
  }

  @Test func bytesArePinned() throws {
    // Stored, not deflated: the digests must not depend on the version of zlib.
    let outcome = try run([("bloodmnist.npz", try Self.archive(deflated: false))])
    #expect(
      outcome.digests == [
        "samples": "dd22f287a932", "files": "a84e3f1a1159", "rejected": "25e2841bee6c",
      ])
    #expect(IngestBloodMNIST.revision == 3)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func readsTheRealSample() throws {
    let data = try #require(sharedData)
    let outcome = try StageHarness().run(
      "ingest/bloodmnist", locations: ["root": data + "/BloodMNIST"])
    #expect(outcome.metrics["samples"] == 960)
  }
}
