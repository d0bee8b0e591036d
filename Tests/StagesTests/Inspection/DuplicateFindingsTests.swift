import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct DuplicateFindingsTests {
  @Test("the same pixels in another format are exact duplicates")
  func findsEqualPixels() throws {
    let outcome = try PlantedData(100, seed: 3).copied { try PNGCodec.encode($0) }.inspected()
    #expect(outcome.metrics["findings/exact-duplicate"] == 20)
    #expect((outcome.metrics["findings/exact-duplicate-across-parts"] ?? 0) > 0)
    #expect(outcome.metrics["findings/near-duplicate"] == 0)
    let torn = try #require(try outcome.findings()["exact-duplicate-across-parts"]?.first)
    #expect(torn["severity"] == "error")
    #expect(torn["remedy"] == "split: near-duplicates: 16")
  }

  @Test("the remedy removes what lies in several parts")
  func remedyRemovesLeaks() throws {
    let data = try PlantedData(100, seed: 3).copied { try PNGCodec.encode($0) }
    let outcome = try data.inspected(split: ["near-duplicates": 16])
    #expect(outcome.metrics["findings/exact-duplicate"] == 20)
    #expect(outcome.metrics["findings/errors"] == 0)
  }

  @Test("mirrored copies with another compression are near duplicates")
  func findsNearDuplicates() throws {
    let data = try PlantedData(100, seed: 3).copied {
      try JPEGCodec.encode($0.oriented(.allCases[3]), quality: 80)
    }
    let outcome = try data.inspected()
    #expect(outcome.metrics["findings/near-duplicate"] == 20)
    #expect(outcome.metrics["findings/exact-duplicate"] == 0)
  }

  @Test("copies under another label are conflicts")
  func findsLabelConflicts() throws {
    let data = try PlantedData(100, seed: 3).copied(label: "CML") {
      try JPEGCodec.encode($0.oriented(.allCases[3]), quality: 80)
    }
    let outcome = try data.inspected(split: nil)
    let conflict = try #require(try outcome.findings()["label-conflict"]?.first)
    #expect(conflict["severity"] == "error")
    #expect((outcome.metrics["findings/label-conflict"] ?? 0) >= 14)
  }

  @Test("one file under two labels, and two files with the same bytes")
  func findsProblemsOfFiles() throws {
    let harness = try StageHarness()
    let root = try harness.write(
      [
        ("basophil/BA_1.png", try Pictures.png(1)), ("basophil/BA_2.png", try Pictures.png(2)),
        ("eosinophil/EO_1.png", try Pictures.png(1)), ("eosinophil/EO_3.png", try Pictures.png(3)),
        ("eosinophil/EO_4.png", try Pictures.png(3)),
      ], under: "data")
    let ingest = try harness.run("ingest/pbc", locations: ["root": root])
    let labels = try harness.run(
      "harmonise-labels", ["scheme": "cell-type"], inputs: ["samples": [ingest["samples"]]])
    let crops = try harness.run(
      "crop-normalise", ["size": 16, "sheet": 0], inputs: ["samples": [labels["samples"]]])
    let outcome = try harness.run(
      "inspect-data",
      inputs: [
        "images": [crops["images"]], "samples": [ingest["samples"]], "files": [ingest["files"]],
      ])
    #expect(outcome.metrics["findings/exact-duplicate"] == 2)
    let conflicts = try #require(try outcome.findings()["label-conflict"])
    let ofFiles = try #require(conflicts.first { $0["scope"] == "files of pbc" })
    #expect(ofFiles["count"] == "1")
  }

  @Test("the same cell, turned, scaled and cut")
  func findsTheSameCell() throws {
    let data = try PlantedData(60, seed: 3, sizeFactor: 1).copied { image in
      let turned = image.warped(
        by: AffineMap().rotated(degrees: 40).zoomed(by: 0.9), fill: 225)
      let (width, height) = (turned.width * 8 / 10, turned.height * 8 / 10)
      let box = Rectangle(
        x: (turned.width - width) / 2, y: (turned.height - height) / 2, width: width,
        height: height)
      return try JPEGCodec.encode(turned.cropped(to: box))
    }
    let outcome = try data.inspected(split: nil)
    // Not all: a round nucleus has no direction.
    #expect((outcome.metrics["findings/same-cell"] ?? 0) >= 3)
    #expect(outcome.metrics["findings/near-duplicate"] == 0)
  }

  /// The 17 pairs of PBC, the one of two labels, and BloodMNIST's cells in PBC.
  @Test(.enabled(if: sharedData != nil, "../shared/data does not exist"))
  func findsWhatIsKnownOfRealSets() throws {
    let data = try #require(sharedData)
    let harness = try StageHarness()
    let pbc = try harness.run("ingest/pbc", locations: ["root": data + "/PBC_dataset_normal_DIB"])
    let mnist = try harness.run("ingest/bloodmnist", locations: ["root": data + "/BloodMNIST"])
    let kaggle = try harness.run(
      "ingest/blood-cell-images", locations: ["root": data + "/BloodCell_Images"])
    let all = [pbc, mnist, kaggle].map { $0["samples"] }
    let labels = try harness.run(
      "harmonise-labels", ["scheme": "cell-type", "derived": "keep"], inputs: ["samples": all])
    let crops = try harness.run(
      "crop-normalise", ["size": 64, "sheet": 0], inputs: ["samples": [labels["samples"]]])
    let split = try harness.run(
      "split", ["groups": false], inputs: ["images": [crops["images"]]])
    let outcome = try harness.run(
      "inspect-data",
      inputs: [
        "images": [crops["images"]], "split": [split["split"]], "samples": all,
        "files": [pbc["files"], kaggle["files"]],
      ])
    let findings = try outcome.findings()
    func count(_ kind: String, _ scope: String) -> Int {
      (findings[kind] ?? []).filter { $0["scope"] == scope }.compactMap { Int($0["count"] ?? "") }
        .reduce(0, +)
    }
    #expect(count("exact-duplicate", "files of pbc") == 17)
    #expect(count("label-conflict", "files of pbc") == 1)
    #expect(count("same-cell", "bloodmnist + pbc") >= 900)
    // Copies of one photograph are a group, and the split tears the groups.
    #expect(count("same-cell", "blood-cell-images") >= 50)
    #expect((outcome.metrics["findings/group-straddle"] ?? 0) > 0)
  }
}
