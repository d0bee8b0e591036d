import Imaging
import PipelineDSL
import Synthesis
import Testing

@testable import Stages

@Suite struct SegmentNucleusTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// Synthetic smears of one source, cropped, and their true masks.
  private func crops(
    _ source: SyntheticDataset.Source, _ ingest: String, _ folder: String
  ) throws -> (images: InputArtifact, masks: String, outcomes: [StageOutcome]) {
    let root = harness.folder + "/" + source.rawValue
    let plan = SyntheticDataset.Plan(seed: 5, images: 12, sources: [source])
    try SyntheticDataset(plan).write(to: root, threads: 2) { Digest.of($0).hex }
    let samples = try harness.run(ingest, locations: ["root": "\(root)/\(folder)"])
    let crops = try harness.run(
      "crop-normalise", ["size": 96, "sheet": 0], inputs: ["samples": [samples["samples"]]])
    return (crops["images"], root + "/masks", [samples, crops])
  }

  /// Crops of given images, one sample each.
  private func images(_ images: [Image]) throws -> InputArtifact {
    let (width, height) = (images[0].width, images[0].height)
    let ids = images.indices.map { "image-\($0)" }
    return try harness.artifact(
      "images",
      [
        (
          ImageSet.pixelFile,
          NPYArray(uint8: images.flatMap(\.pixels), shape: [images.count, height, width, 3])
            .encoded
        ),
        (
          SamplesFormat.file,
          CSVTable(
            columns: SamplesFormat.columns, rows: ids.map { [$0, "s", "cell", "cell", ""] }
          ).bytes
        ),
        (
          ImageSet.cropFile,
          CSVTable(
            columns: CropTransform.columns,
            rows: ids.map { [$0, "\(width)", "\(height)", "0", "0", "\(width)", "\(height)"] }
          ).bytes
        ),
      ])
  }

  @Test("nuclei of synthetic smears are found", arguments: ["lab", "hsv"])
  func agreesWithSyntheticTruth(_ method: String) throws {
    for (source, ingest, folder) in [
      (SyntheticDataset.Source.raabin, "ingest/raabin", "Raabin-WBC"),
      (.cNMC, "ingest/c-nmc", "C_NMC_Leukemia"),
    ] {
      let (images, masks, outcomes) = try crops(source, ingest, folder)
      let outcome = try harness.run(
        "segment-nucleus", ["method": .string(method)], inputs: ["images": [images]],
        locations: ["truth": masks])
      let dice = try #require(outcome.metrics["dice/mean"])
      let iou = try #require(outcome.metrics["iou/mean"])
      #expect(dice >= 0.9 && iou < dice, "\(source): \(dice)")
      #expect(outcome.metrics["truth/missing"] == 0)
      let array = try NPYArray(parsing: outcome["masks"].bytes(SegmentedMasks.file))
      #expect(array.shape == [Int(outcome.metrics["images"] ?? 0), 96, 96])
      #expect(Set(array.bytes) == [0, 1, 2])
      #expect(outcome["sheet"].files.keys.contains("sheet.png"))
      let table = try outcome.table("metrics", SegmentationReport.file)
      #expect(
        table.columns == [
          "id", "nuclei", "nucleus-share", "cytoplasm-share", "dice", "iou",
        ])
      #expect(outcomes.count == 2)
    }
  }

  @Test("a blank image is all background, with a warning")
  func blankImages() throws {
    let cell = Pictures.disc(
      width: 48, height: 48, x: 24, y: 24, radius: 9, background: [235, 228, 232])
    for value: UInt8 in [0, 128, 255] {
      let blank = Image(width: 48, height: 48, filledWith: value)
      let outcome = try harness.run(
        "segment-nucleus", ["sheet": 0], inputs: ["images": [try images([cell, blank])]])
      let array = try NPYArray(parsing: outcome["masks"].bytes(SegmentedMasks.file))
      #expect(array.bytes[48 * 48..<2 * 48 * 48].allSatisfy { $0 == 0 }, "\(value)")
      #expect(array.bytes[24 * 48 + 24] == 2)
      #expect(outcome.metrics["without-nucleus"] == 1)
      #expect(
        outcome.events.warnings == [
          "no nucleus found in 1 of 2 images: all of each is background"
        ])
    }
  }

  @Test("bytes do not depend on threads, and explain takes the masks")
  func masksAreTaken() throws {
    let scene = try ExplanationScene()
    let images = try ExplanationScene.artifact(scene.harness)
    let one = try scene.harness.run(
      "segment-nucleus", ["method": "lab"], inputs: ["images": [images]], threads: 1)
    let two = try scene.harness.run(
      "segment-nucleus", ["method": "lab"], inputs: ["images": [images]], threads: 2)
    #expect(one.digests == two.digests)
    let outcome = try scene.explain(["methods": ["grad-cam"]], regions: one["masks"])
    #expect(outcome.metrics["masks/missing"] == 0)
  }

  @Test("truth of other images is counted as missing")
  func missingTruth() throws {
    let scene = try ExplanationScene()
    let outcome = try scene.harness.run(
      "segment-nucleus", inputs: ["images": [try ExplanationScene.artifact(scene.harness)]],
      locations: ["truth": try scene.masks(of: [0, 2])])
    #expect(outcome.metrics["truth/missing"] == 4)
    #expect(outcome.events.warnings.contains("4 of 6 images have no true mask: not compared"))
  }

  @Test func conflictingParametersAreRefused() {
    for with in [
      ["hue-range": [1]], ["saturation-range": [0.5, 0.2]], ["reach": 9], ["method": "colour"],
    ] as [JSONObject] {
      #expect(throws: (any Error).self) { try harness.run("segment-nucleus", with) }
    }
  }

  /// Sheets are PNG files, whose bytes depend on zlib.
  @Test func bytesArePinned() throws {
    let (images, masks, _) = try crops(.raabin, "ingest/raabin", "Raabin-WBC")
    var digests: [String: String] = [:]
    for method in ["lab", "hsv", "otsu"] {
      let outcome = try harness.run(
        SegmentNucleus.name, ["method": .string(method), "sheet": 0],
        inputs: ["images": [images]], locations: ["truth": masks])
      digests[method] = outcome["masks"].digest.short
      digests["\(method) metrics"] = outcome["metrics"].digest.short
    }
    #expect(
      digests == [
        "lab": "bd63889421d5", "lab metrics": "dabee1c92fc8", "hsv": "e9f355b8c058",
        "hsv metrics": "ec800a23bd08", "otsu": "1a8208c2f7d1", "otsu metrics": "d353a3d801fe",
      ])
    #expect(SegmentNucleus.revision == 1)
  }
}
