import Classifiers
import Imaging
import Neural
import PipelineDSL

@testable import Stages

/// Features of two tiny networks on drawn cells, for classifiers and ensembles.
final class ClassifyBench {
  let training: TrainingBench
  let images: InputArtifact
  let split: InputArtifact
  /// The class names, sorted.
  let classes: [String]
  var harness: StageHarness { training.harness }

  static let size = 16
  private static let colours = ["red", "green", "blue", "grey"]

  /// Cells in 2 to 4 classes, three fifths of them for training.
  init(classes count: Int = 3, samples: Int = 60) throws {
    training = try TrainingBench()
    let inputs = try training.inputs(
      count: samples, size: Self.size, labels: Array(Self.colours.prefix(count))
    ) { ["train", "train", "train", "validation", "test"][$0 / count % 5] }
    guard let images = inputs["images"]?.first, let split = inputs["split"]?.first else {
      throw StageError("no images")
    }
    (self.images, self.split) = (images, split)
    classes = Self.colours.prefix(count).sorted()
  }

  /// The files of an untrained network.
  func networkFiles(seed: UInt64) throws -> [(path: String, bytes: [UInt8])] {
    let form = Backbone.Form(size: Self.size, classes: classes.count, head: .hidden(width: 8))
    let network = try Backbone.cnn.network(form)
    let card = ModelCard(
      backbone: .cnn, classes: classes, size: Self.size, normalisation: Backbone.cnn.normalisation,
      parameters: network.table.parameterCount, dense: 8)
    return [
      (ModelCard.file, Array(JSONPrettyForm.text(of: card.json).utf8)),
      (ModelCard.tensorFile, Safetensors.encode(Weights(network, seed: seed).tensors)),
    ]
  }

  /// An untrained network as a model.
  func network(seed: UInt64, coordinates: [String: JSONValue] = [:]) throws -> InputArtifact {
    try harness.artifact("network-\(seed)", try networkFiles(seed: seed), coordinates: coordinates)
  }

  /// The features of both networks, fused by dense layers of random weights if `fused`.
  func features(fused: Bool = false) throws -> InputArtifact {
    let networks = try [UInt64(3), 4].map(networkFiles)
    var files: [(path: String, bytes: [UInt8])] = []
    for (index, network) in networks.enumerated() {
      files += network.map { ("networks/\(index + 1)/\($0.path)", $0.bytes) }
    }
    let width = try pooledWidth(networks[0])
    var recipe = FeatureRecipe(
      parts: (1...2).map { .init(folder: "networks/\($0)", at: .pooled, width: width) })
    if fused {
      let network = try Network.dense(
        inputs: 2 * width, hidden: [24, 16], classes: classes.count, dropout: 0)
      files.append(
        ("fusion.safetensors", Safetensors.encode(Weights(network, seed: 6).tensors)))
      recipe = FeatureRecipe(
        parts: recipe.parts,
        fusion: .init(file: "fusion.safetensors", hidden: [24, 16], classes: classes))
    }
    files.append((FeatureRecipe.file, Array(JSONPrettyForm.text(of: recipe.json).utf8)))
    files.append((SamplesFormat.file, try images.bytes(SamplesFormat.file)))
    let name = fused ? "fused" : "joined"
    let computation = try FeatureComputation(
      recipe, from: try harness.artifact(name, files), threads: 1)
    let set = try ImageSet(images)
    let rows = try computation.features(of: set.samples.indices.map(set.image))
    files.append(
      (
        FeatureSet.file,
        NPYArray(float32: rows.flatMap { $0 }, shape: [rows.count, recipe.width]).encoded
      ))
    return try harness.artifact(name, files)
  }

  private func pooledWidth(_ files: [(path: String, bytes: [UInt8])]) throws -> Int {
    let form = Backbone.Form(size: Self.size, classes: classes.count, head: .hidden(width: 8))
    return try FeatureNetwork(
      .cnn, form, at: .pooled, tensors: Safetensors.decode(files[1].bytes), threads: 1
    ).width
  }

  /// Runs `classify`; small numbers of trees unless `with` says otherwise.
  func classify(
    _ with: JSONObject = [:], features: InputArtifact, split: InputArtifact? = nil,
    seed: UInt64 = 17, threads: Int = 2
  ) throws -> StageOutcome {
    var given = with
    let grows = ["xgboost", "random-forest"].contains(with["method"]?.text ?? "xgboost")
    if grows, given["trees"] == nil { given["trees"] = 8 }
    return try harness.run(
      "classify", given, inputs: ["features": [features], "split": [split ?? self.split]],
      seed: seed, threads: threads)
  }

  /// Evaluates a model on the images.
  func evaluate(_ model: InputArtifact, threads: Int = 2) throws -> StageOutcome {
    try harness.run(
      "evaluate", inputs: ["model": [model], "images": [images], "split": [split]],
      threads: threads)
  }

  /// Evaluates predictions; images give the sources of the samples.
  func evaluate(predictions: InputArtifact) throws -> StageOutcome {
    try harness.run(
      "evaluate",
      inputs: ["predictions": [predictions], "images": [images], "split": [split]])
  }

  /// An artifact with a changed table; `change` gets the columns and a row.
  func changed(
    _ artifact: InputArtifact, _ file: String, _ change: ([String], inout [String]) throws -> Void
  ) throws -> InputArtifact {
    let table = try CSVTable(parsing: artifact.bytes(file))
    var rows = table.rows
    for index in rows.indices { try change(table.columns, &rows[index]) }
    var files: [(path: String, bytes: [UInt8])] = []
    for name in artifact.files.keys.sorted() where name != file {
      files.append((name, try artifact.bytes(name)))
    }
    files.append((file, CSVTable(columns: table.columns, rows: rows).bytes))
    return try harness.artifact(
      "changed-\(Digest.of(files.last?.bytes ?? []).short)", files,
      coordinates: artifact.coordinates)
  }
}
