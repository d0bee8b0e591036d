import Imaging
import Neural
import PipelineDSL

@testable import Stages

/// Small networks, images and features for the tests of features.
final class FeatureBench {
  let training: TrainingBench
  let images: InputArtifact
  let split: InputArtifact
  /// The classes of the images.
  static let classes = ["blue", "green", "red"]

  var harness: StageHarness { training.harness }

  init(count: Int = 60) throws {
    training = try TrainingBench()
    let inputs = try training.inputs(count: count)
    guard let images = inputs["images"]?.first, let split = inputs["split"]?.first else {
      throw StageError("no images")
    }
    (self.images, self.split) = (images, split)
  }

  /// The tensors of an untrained network for images of 16 pixels.
  static func tensors(_ seed: UInt64, size: Int = 16) throws -> [Tensor] {
    let form = Backbone.Form(size: size, classes: classes.count, head: .hidden(width: 12))
    return Weights(try Backbone.cnn.network(form), seed: seed).tensors
  }

  /// An untrained network as a model.
  func model(
    _ seed: UInt64, size: Int = 16, kind: String? = nil, preparation: Preparation? = nil
  ) throws -> InputArtifact {
    let card = ModelCard(
      backbone: .cnn, classes: Self.classes, size: size, normalisation: .standard, parameters: 1,
      dense: 12, preparation: preparation)
    var json = card.json.object ?? JSONObject()
    json["kind"] = kind.map { .string($0) }
    return try harness.artifact(
      "model-\(seed)-\(size)-\(kind ?? "")",
      [
        (ModelCard.file, Array(JSONPrettyForm.text(of: .object(json)).utf8)),
        (ModelCard.tensorFile, Safetensors.encode(try Self.tensors(seed, size: size))),
      ])
  }

  /// The features of the bench's images by an untrained network.
  func extracted(
    _ seed: UInt64, at point: FeaturePoint = .pooled, threads: Int = 2
  ) throws -> StageOutcome {
    try harness.run(
      "extract-features", ["at": .string(point.rawValue)],
      inputs: ["model": [try model(seed)], "images": [images]], threads: threads)
  }

  /// Features with given rows, whose network is one of the bench.
  func features(
    _ name: String, _ rows: [(id: String, label: String, values: [Float])], size: Int = 16,
    fusion: JSONValue? = nil
  ) throws -> InputArtifact {
    let width = rows[0].values.count
    var recipe = FeatureRecipe(parts: [.init(folder: "networks/1", at: .pooled, width: width)])
      .json.object
    recipe?["fusion"] = fusion
    let network = try model(1, size: size)
    return try harness.artifact(
      name,
      [
        (
          SamplesFormat.file,
          CSVTable(
            columns: SamplesFormat.columns, rows: rows.map { [$0.id, "s", $0.label, $0.label, ""] }
          ).bytes
        ),
        (
          FeatureSet.file,
          NPYArray(float32: rows.flatMap(\.values), shape: [rows.count, width]).encoded
        ),
        (
          FeatureRecipe.file,
          Array(JSONPrettyForm.text(of: .object(recipe ?? JSONObject())).utf8)
        ),
        ("networks/1/model.json", try network.bytes(ModelCard.file)),
        ("networks/1/model.safetensors", try network.bytes(ModelCard.tensorFile)),
      ])
  }

  /// All rows of a features artifact.
  static func rows(_ artifact: InputArtifact) throws -> [[Float]] {
    let set = try FeatureSet(artifact)
    return try set.samples.indices.map { try set.rows([$0]) }
  }
}

/// Whether two lists of numbers agree, element by element, within a share of the largest (at least
/// 1).
func isNear(_ a: [Float], _ b: [Float], _ share: Double = 1e-5) -> Bool {
  let largest = b.reduce(1) { max($0, abs(Double($1))) }
  return isNear(a.map(Double.init), b.map(Double.init), share * largest)
}
