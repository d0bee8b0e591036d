import Foundation
import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Runs the stages from a folder of images to explanations on a dozen tiny images.
final class CombinationBench {
  /// How training starts: from scratch, or from weights with a batch-norm policy and open blocks.
  enum Start: Equatable, CustomStringConvertible {
    case scratch
    case weights(FineTune.BatchNormPolicy, open: Int?)

    var description: String {
      switch self {
      case .scratch: "scratch"
      case .weights(let statistics, let open):
        "weights, \(statistics) statistics, \(open.map(String.init) ?? "usual") open"
      }
    }

    /// All starts of a network with `blocks` blocks: none, half and all of them open.
    static func all(blocks: Int) -> [Start] {
      [.scratch]
        + [FineTune.BatchNormPolicy.stored, .batch].flatMap { statistics in
          [0, (blocks + 1) / 2, blocks].map { .weights(statistics, open: $0) }
        }
    }
  }

  let harness: StageHarness
  private var images: [Int: InputArtifact] = [:]
  private var splits: [Int: InputArtifact] = [:]
  private var weights: [Backbone: String] = [:]
  private var outcomes: [StageOutcome] = []

  init() throws { harness = try StageHarness() }

  private func keep(_ outcome: StageOutcome) -> StageOutcome {
    outcomes.append(outcome)
    return outcome
  }

  /// Twelve images in two classes, ingested, cropped to `size` and split.
  func data(size: Int) throws -> (images: InputArtifact, split: InputArtifact) {
    if let images = images[size], let split = splits[size] { return (images, split) }
    var files: [(path: String, bytes: [UInt8])] = []
    for index in 0..<12 {
      let colour: [UInt8] = index % 2 == 0 ? [170, 60, 90] : [90, 60, 170]
      let picture = Pictures.disc(
        width: 40, height: 40, x: 17 + index / 2, y: 20, radius: 9, colour: colour)
      let name = index % 2 == 0 ? "benign" : "malignant"
      files.append(("\(name)/\(index).png", try PNGCodec.encode(picture)))
    }
    let root = try harness.write(files, under: "pictures-\(size)")
    let samples = try keep(harness.run("ingest/image-folder", locations: ["root": root]))
    let crops = try keep(
      harness.run(
        "crop-normalise", ["size": .integer(size), "sheet": 0],
        inputs: ["samples": [samples["samples"]]]))
    let split = try keep(
      harness.run(
        "split", ["method": "counts", "counts": [6, 4, 2]], inputs: ["images": [crops["images"]]]))
    images[size] = crops["images"]
    splits[size] = split["split"]
    return (crops["images"], split["split"])
  }

  /// A weights file for a network, with its initial weights.
  func weightsFile(_ backbone: Backbone) throws -> String {
    if let file = weights[backbone] { return file }
    let form = Backbone.Form(size: Self.size(of: backbone), classes: 2)
    let tensors = Weights(try backbone.network(form), seed: 5).tensors
    let folder = try harness.write(
      [("weights.safetensors", Safetensors.encode(tensors))], under: backbone.rawValue)
    weights[backbone] = folder + "/weights.safetensors"
    return folder + "/weights.safetensors"
  }

  static func size(of backbone: Backbone) -> Int { max(32, backbone.smallestSize) }

  /// Augments, trains, evaluates and explains; checks what each stage writes.
  ///
  /// Returns the digest of the model.
  @discardableResult
  func run(
    _ backbone: Backbone, policy: String, _ start: Start, augment: JSONObject = [:],
    fineTune: JSONObject = [:], methods: JSONValue = ["grad-cam"], explains: Bool = true,
    threads: Int = 2, memo: MemoFolder = .none
  ) throws -> Digest {
    let (images, split) = try data(size: Self.size(of: backbone))
    // The form of AugMix with three images per sample.
    var recipe: JSONObject = [
      "policy": .string(policy), "views": 2, "augmix-form": "consistency",
    ]
    for member in augment.members { recipe[member.name] = member.value }
    let views = try keep(harness.run("augment", recipe, inputs: ["split": [split]]))
    var with: JSONObject = [
      "backbone": .string(backbone.rawValue), "epochs": 1, "head-epochs": 1, "batch": 4,
    ]
    var locations: [String: String] = [:]
    if case .weights(let statistics, let open) = start {
      with["batch-norm"] = .string(statistics.rawValue)
      if let open { with["open-blocks"] = .integer(open) }
      locations["weights"] = try weightsFile(backbone)
    }
    for member in fineTune.members { with[member.name] = member.value }
    let inputs = ["images": [images], "split": [split], "views": [views["views"]]]
    let trained = try keep(
      harness.run(
        "fine-tune", with, inputs: inputs, locations: locations, threads: threads, memo: memo))
    let epochs = try trained.table("history", HistoryFormat.file)
    #expect(!epochs.rows.isEmpty, "\(backbone), \(policy), \(start)")
    for row in epochs.rows {
      #expect(row.dropFirst(3).allSatisfy { Double($0)?.isFinite == true }, "\(row)")
    }
    guard explains else { return trained["model"].digest }
    let measured: [String: [InputArtifact]] = [
      "model": [trained["model"]], "images": [images], "split": [split],
    ]
    let scores = try keep(harness.run("evaluate", inputs: measured))
    let predictions = try scores.table("predictions", PredictionsFormat.file)
    #expect(predictions.rows.count == 12)
    let seen = try keep(
      harness.run("explain", ["methods": methods, "per-class": 1, "samples": 10], inputs: measured))
    #expect(try !seen.table("explanations", ExplanationsFormat.file).rows.isEmpty)
    return trained["model"].digest
  }
}
