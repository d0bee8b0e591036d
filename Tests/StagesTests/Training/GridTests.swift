import Foundation
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// What a grid of networks and augmentations computes once.
@Suite struct GridTests {
  private static let backbones: [Backbone] = [.cnn, .mobileNetV2]
  private static let policies = ["mixup", "augmix", "cutmix", "randaugment"]
  private static let size = 32
  private static let (training, validation, views) = (6, 4, 2)
  /// The activations that a cell needs: of all views of its training images, and of its validation
  /// and its training images without augmentation.
  private static let activations = training * views + validation + training

  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// Twelve images in two classes, cropped; the originals are deleted, so that no later stage can
  /// decode one.
  private func cropped() throws -> StageOutcome {
    let root = try harness.write(
      try (0..<12).map { index in
        let colour: [UInt8] = index % 2 == 0 ? [170, 60, 90] : [90, 60, 170]
        let picture = Pictures.disc(
          width: 40, height: 40, x: 17 + index / 2, y: 20, radius: 9, colour: colour)
        return ("\(index % 2 == 0 ? "a" : "b")/\(index).png", try PNGCodec.encode(picture))
      }, under: "pictures")
    let samples = try harness.run("ingest/image-folder", locations: ["root": root])
    let crops = try harness.run(
      "crop-normalise", ["size": .integer(Self.size), "sheet": 0],
      inputs: ["samples": [samples["samples"]]])
    try FileManager.default.removeItem(atPath: root)
    return crops
  }

  /// A weights file for each network, with its initial weights.
  private func weights() throws -> [Backbone: String] {
    var paths: [Backbone: String] = [:]
    for backbone in Self.backbones {
      let form = Backbone.Form(size: Self.size, classes: 2)
      let tensors = Weights(try backbone.network(form), seed: 5).tensors
      paths[backbone] =
        try harness.write(
          [("weights.safetensors", Safetensors.encode(tensors))], under: backbone.rawValue)
        + "/weights.safetensors"
    }
    return paths
  }

  @Test("images are cropped once, and frozen activations computed once per view of a cell")
  func nothingIsComputedTwice() throws {
    let crops = try cropped()
    #expect(crops.metrics["images"] == 12)
    let (images, weights) = (crops["images"], try weights())
    let split = try harness.run(
      "split",
      [
        "method": "counts",
        "counts": [.integer(Self.training), .integer(Self.validation), 2],
      ], inputs: ["images": [images]])
    let memo = MemoFolder(harness.folder + "/memo", limit: 1 << 30)
    func files() throws -> [String: Int] {
      let snapshot = try StageHarness.snapshot(of: memo.path)
      return Dictionary(uniqueKeysWithValues: snapshot.entries.map { ($0.path, $0.size) })
    }
    /// The log of a training of the head alone, in twice as many epochs as there are views.
    func log(_ backbone: Backbone, _ views: StageOutcome, dropout: Double) throws -> [String] {
      try harness.run(
        "fine-tune",
        [
          "backbone": .string(backbone.rawValue), "open-blocks": 0,
          "head-epochs": .integer(2 * Self.views), "batch": 4, "dropout": .number(dropout),
        ],
        inputs: ["images": [images], "split": [split["split"]], "views": [views["views"]]],
        locations: ["weights": try #require(weights[backbone])], memo: memo
      ).events.log
    }
    func views(_ policy: String) throws -> StageOutcome {
      try harness.run(
        "augment", ["policy": .string(policy), "views": .integer(Self.views)],
        inputs: ["split": [split["split"]]])
    }
    let grid = try Self.policies.map(views)
    for (backbone, views) in Self.backbones.flatMap({ one in grid.map { (one, $0) } }) {
      #expect(try log(backbone, views, dropout: 0.3).isEmpty)
    }
    let kept = try files()
    #expect(kept.count == Self.backbones.count * Self.policies.count)
    // Another head over the same activations: all are found, and none is added.
    for (backbone, views) in Self.backbones.flatMap({ one in grid.map { (one, $0) } }) {
      let lines = try log(backbone, views, dropout: 0.5)
      #expect(lines.count == 1)
      #expect(lines.first?.hasPrefix("\(Self.activations) outputs of node ") == true, "\(lines)")
    }
    #expect(try files() == kept)
    // Another augmentation adds its own activations.
    let added = try views("plain")
    for backbone in Self.backbones { #expect(try log(backbone, added, dropout: 0.3).isEmpty) }
    let all = try files()
    #expect(all.count == kept.count + Self.backbones.count)
    #expect(all.merging(kept) { $1 } == all)
  }
}
