import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct SegmentedMasksTests {
  private let scene: ExplanationScene

  init() throws { scene = try ExplanationScene() }

  /// Masks of the scene: the square is nucleus, its columns beyond it are cytoplasm.
  private func masks(
    of indices: [Int] = Array(0..<6), size: Int = 16, count: Int? = nil
  ) throws -> InputArtifact {
    var pixels: [UInt8] = []
    for index in indices {
      for y in 0..<size {
        for x in 0..<size {
          let isInside = ExplanationScene.square(index).contains(x)
          pixels.append(isInside ? ((4..<8).contains(y) ? 2 : 1) : 0)
        }
      }
    }
    let rows = indices.map {
      [ExplanationScene.ids[$0], "s", ExplanationScene.labels[$0], ExplanationScene.labels[$0], ""]
    }
    return try scene.harness.artifact(
      "masks-\(indices.count)-\(size)-\(count ?? 0)",
      [
        (
          SegmentedMasks.file,
          NPYArray(
            uint8: Array(pixels.prefix((count ?? indices.count) * size * size)),
            shape: [count ?? indices.count, size, size]
          ).encoded
        ),
        (
          SamplesFormat.file,
          CSVTable(columns: SamplesFormat.columns, rows: rows).bytes
        ),
      ])
  }

  @Test func regionsAreThoseOfTheArray() throws {
    let found = try SegmentedMasks(masks(of: [2, 5]))
    #expect(found.contains("222") && !found.contains("000") && found.hasCytoplasm)
    let crop = scene.images.crop(2)
    let regions = try #require(try found.regions(of: "222", crop: crop, width: 16, height: 16))
    #expect(regions.nucleus.count { $0 } == 16)
    #expect(regions.cytoplasm?.count { $0 } == 48)
    #expect(try found.regions(of: "000", crop: crop, width: 16, height: 16) == nil)
  }

  @Test func masksOfOtherImagesAreReported() throws {
    let failure = #expect(throws: StageError.self) {
      try scene.explain(["methods": ["grad-cam"]], regions: try masks(size: 8))
    }
    #expect(failure?.reason == "the masks are 8 x 8, but the images 16 x 16")
    let short = #expect(throws: StageError.self) { try SegmentedMasks(masks(count: 5)) }
    #expect(short?.reason.contains("expected uint8 of 6 x H x W") == true)
  }

  @Test("saliency is measured in nucleus, cytoplasm and background")
  func measuresAllRegions() throws {
    let outcome = try scene.explain(
      ["methods": ["grad-cam", "occlusion"], "stride": 0.25], regions: try masks())
    for method in ["grad-cam", "occlusion"] {
      #expect(outcome.metrics["\(method)/images"] == 6)
      let parts = ["energy-inside", "energy-cytoplasm", "energy-background"].compactMap {
        outcome.metrics["\(method)/\($0)"]
      }
      #expect(parts.count == 3 && isNear(parts.reduce(0, +), 1, 1e-9), "\(parts)")
      #expect(isNear(outcome.metrics["\(method)/cytoplasm-share"] ?? 0, 48.0 / 256, 1e-12))
    }
    let saliency = try outcome.table("metrics", "saliency.csv")
    #expect(
      saliency.columns.suffix(4) == [
        "energy-cytoplasm", "energy-background", "cytoplasm-share", "fit",
      ])
    let index = try outcome.table("explanations", ExplanationsFormat.file)
    #expect(index.columns.last == "cytoplasm-share")
  }

  @Test("masks of a folder and of an input exclude each other")
  func onlyOneKindOfMasks() throws {
    let failure = #expect(throws: StageError.self) {
      try scene.explain(
        ["methods": ["grad-cam"]], masks: try scene.masks(of: [0]), regions: try masks())
    }
    #expect(failure?.reason == "'masks' is set, and masks are connected to the input 'masks'")
  }
}
