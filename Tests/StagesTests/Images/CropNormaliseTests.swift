import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct CropNormaliseTests {
  func ingested(
    _ harness: StageHarness, _ files: [(path: String, bytes: [UInt8])]
  ) throws -> InputArtifact {
    let root = try harness.write(files, under: "data")
    return try harness.run("ingest/image-folder", locations: ["root": root])["samples"]
  }

  func cells(_ count: Int = 5) throws -> [(path: String, bytes: [UInt8])] {
    try (0..<count).map { index in
      let image = Pictures.disc(
        width: 40, height: 30, x: 14 + index % 3, y: 12, radius: 6,
        colour: [UInt8(100 + index % 100), 20, 150])
      return ("\(index % 2 == 0 ? "a" : "b")/\(index).bmp", try BMPCodec.encode(image))
    }
  }

  @Test func packsImagesInTheOrderOfSamples() throws {
    let harness = try StageHarness()
    let outcome = try harness.run(
      "crop-normalise", ["size": 16, "denoise": "none"],
      inputs: ["samples": [try ingested(harness, try cells())]])
    let images = try ImageSet(outcome["images"])
    #expect((images.width, images.height) == (16, 16))
    #expect(images.samples.count == 5)
    #expect(images.samples.map(\.id) == images.samples.map(\.id).sorted())
    for (index, sample) in images.samples.enumerated() {
      // The disc is 13 pixels wide; 5 % of that on each side is one pixel more.
      let crop = images.crop(index)
      #expect((crop.originalWidth, crop.originalHeight) == (40, 30))
      #expect((crop.box.width, crop.box.height, crop.box.y) == (15, 15, 5))
      #expect((7...9).contains(crop.box.x))
      #expect(images.index(of: sample.id) == index)
      let image = images.image(index)
      #expect(image[8, 8, 1] == 20)
      #expect(image[0, 0, 1] > 200)
    }
    #expect(images.index(of: "0") == nil)
    #expect(outcome.metrics["images"] == 5)
    #expect(outcome.metrics["without-cell"] == 0)
  }

  @Test func leavesOutWhatCannotBeDecodedAndSaysSo() throws {
    let harness = try StageHarness()
    let files = try cells(3)
    let broken = Array("no image".utf8)
    _ = try ingested(harness, files + [("a/whole.bmp", try Pictures.bmp(9)), ("a/x.bmp", broken)])
    let ids = (files.map(\.bytes) + [broken]).map { Digest.of($0).hex }
    let rows = ids.sorted().map { [$0, "s", "a", "a", ""] }
    let samples = try harness.artifact(
      "samples", [("samples.csv", CSVTable(columns: SampleTable.columns, rows: rows).bytes)])
    let outcome = try harness.run(
      "crop-normalise", ["size": 8], inputs: ["samples": [samples]])
    #expect(try ImageSet(outcome["images"]).samples.map(\.id) == ids.dropLast().sorted())
    let rejected = try outcome.table("rejected", "rejected.csv").rows
    #expect(rejected.map { $0[0] } == [ids[3]])
    #expect(outcome.metrics["rejected"] == 1)
    #expect(outcome.events.warnings.count == 1)
  }

  @Test func readsMembersOfAnArchive() throws {
    let harness = try StageHarness()
    let root = try harness.write(
      [("bloodmnist.npz", try IngestBloodMNISTTests.archive())], under: "data")
    let ingest = try harness.run("ingest/bloodmnist", locations: ["root": root])
    let outcome = try harness.run(
      "crop-normalise", ["size": 8, "mask": "none", "denoise": "none"],
      inputs: ["samples": [ingest["samples"]]])
    let images = try ImageSet(outcome["images"])
    #expect(images.samples.count == 6)
    // The second validation image starts at sample 48 of its member.
    let pixels = (0..<48).map { UInt8((($0 + 48) * 7 + 2) % 251) }
    let expected = Image(width: 4, height: 4, pixels: pixels).resized(width: 8, height: 8)
    #expect(images.samples[5].id.hasSuffix(":val/1"))
    #expect(images.image(5) == expected)
  }

  @Test func refusesTwoLabelsForOneSample() throws {
    let harness = try StageHarness()
    let bytes = try Pictures.bmp(1)
    let samples = try ingested(harness, [("a/1.bmp", bytes), ("b/1.bmp", bytes)])
    let failure = #expect(throws: StageFailure.self) {
      try harness.run("crop-normalise", inputs: ["samples": [samples]])
    }
    #expect(failure?.mend?.contains("harmonise-labels") == true)
  }

  @Test func refusesIDsItCannotRead() throws {
    let harness = try StageHarness()
    for (id, reason) in [
      ("cell-1", "no sample id"), (String(repeating: "a", count: 64), "no location"),
      (String(repeating: "a", count: 64) + ":train", "names no member"),
    ] {
      let table = CSVTable(columns: SampleTable.columns, rows: [[id, "s", "a", "a", ""]])
      let samples = try harness.artifact("samples", [("samples.csv", table.bytes)])
      let failure = #expect(throws: StageFailure.self) {
        try harness.run("crop-normalise", inputs: ["samples": [samples]])
      }
      #expect(failure?.reason.contains(reason) == true)
    }
  }

  @Test func bytesArePinnedForAnyNumberOfThreads() throws {
    let harness = try StageHarness()
    let samples = try ingested(harness, try cells(70))
    for threads in [1, 3] {
      let outcome = try harness.run(
        "crop-normalise", ["size": 12], inputs: ["samples": [samples]], threads: threads)
      #expect(outcome.digests == ["images": "e114828db71e", "rejected": "761c5fb15d92"])
    }
    #expect(CropNormalise.revision == 1)
  }

  @Test(.enabled(if: sharedData != nil, "../shared/data is not there"))
  func cutsRealCells() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let ingest = try harness.run("ingest/c-nmc", locations: ["root": data + "/C-NMC_Leukemia"])
    let outcome = try harness.run(
      "crop-normalise", ["size": 64], inputs: ["samples": [ingest["samples"]]])
    let images = try ImageSet(outcome["images"])
    #expect(images.samples.count == 10)
    #expect(outcome.metrics["without-cell"] == 0)
    for index in images.samples.indices {
      let box = images.crop(index).box
      // These cells lie in the middle of 450 x 450 black pixels.
      #expect(box.x > 40 && box.y > 40 && box.x + box.width < 410 && box.width > 100)
    }
  }
}
