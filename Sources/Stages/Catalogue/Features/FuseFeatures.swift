internal import Neural
internal import PipelineDSL

/// Joins the features of several networks, and optionally trains dense layers over them.
struct FuseFeatures: StageKind {
  struct Parameters: StageParameters {
    var keep: [String] = []
    var hidden: [Int] = []
    var dropout = 0.3
    /// The settings passed on to the trainer.
    var training: Trainer.Settings = {
      var settings = Trainer.Settings()
      settings.labelSmoothing = 0
      return settings
    }()

    static let fields: [ParameterField<Self>] = [
      .init(
        "keep", \.keep,
        "of gathered features, only those of cells with one of these axis values; [] for all"),
      .init(
        "hidden", \.hidden, in: 1...8192,
        "width of each dense layer (with ReLU) that is trained over the concatenated features, e.g. "
          + "[512, 256]; the last one's outputs are the new features; [] only concatenates"),
      .init(
        "dropout", \.dropout, in: 0...0.95, "with hidden: dropout rate after each hidden layer"),
      .init(
        "epochs", \.training.epochs, in: 1...10_000, "with hidden: maximum number of epochs"),
      .init(
        "batch", \.training.batch, in: 1...4096,
        "with hidden: maximum samples per step; an epoch is spread evenly over the fewest steps"),
      .init(
        "learning-rate", \.training.learningRate, in: 1e-9...1,
        "with hidden: initial learning rate, reduced tenfold when the validation loss stops falling"
      ),
      .init(
        "patience", \.training.patience, in: 1...10_000,
        "with hidden: epochs without a lower validation loss before training stops"),
      .init(
        "weight-decay", \.training.weightDecay, in: 0...1,
        "with hidden: factor of the weight decay (an L2 term in Adam's gradient)"),
    ]
  }

  static let name = "fuse-features"
  static let revision = 1
  static let draws = true
  static let summary =
    "Concatenates the features of networks by sample, and can train dense layers over them."
  static let source = "Paper B: feature fusion, equations 5 to 7; Kingma and Ba 2015 (Adam)"
  static let ports = Ports(
    inputs: [
      .init(
        "features", .features, .many,
        "features of the same samples, concatenated in the order of 'needs'"),
      .init("split", .split, .optional, "with hidden: training and validation set"),
    ],
    outputs: [
      .init(
        "features", .features,
        "features.npy (float32, one row per sample), samples.csv, and features.json with the networks"
      ),
      .init(
        "history", .metrics, side: true,
        "with hidden: history.csv (one row per epoch), and metrics.json; else an empty metrics.json"
      ),
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  /// The file of the trained layers.
  static let fusionFile = "fusion.safetensors"
  /// The number of samples that are in memory at a time.
  private static let batch = 64

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    guard let artifacts = context.inputs["features"], !artifacts.isEmpty else {
      throw StageError("nothing is connected to input 'features'")
    }
    let joined = try JoinedFeatures(try kept(artifacts))
    let output = context.output("features")
    try joined.copyNetworks(to: output)
    guard !parameters.hidden.isEmpty else {
      try writeFile(MetricsFile.bytes(of: [:]), context.output("history") + "/" + MetricsFile.name)
      return try write(joined, FeatureRecipe(parts: joined.parts), nil, to: output, context)
    }
    guard let split = context.inputs["split"]?.first else {
      throw StageError(
        "'hidden' names layers to train, which needs a split",
        hint: "add a stage of 'split' to 'needs', or leave 'hidden' empty")
    }
    let data = try FusionData(joined, SplitTable(split), context)
    let fusion = FeatureRecipe.Fusion(
      file: Self.fusionFile, hidden: parameters.hidden, classes: data.classes)
    let tensors = try FusionTraining(parameters, context).train(data, inputs: joined.width)
    try writeFile(Safetensors.encode(tensors), output + "/" + Self.fusionFile)
    let layers: FeatureFusion
    do throws(NeuralError) {
      layers = try FeatureFusion(
        fusion, inputs: joined.width, tensors, threads: context.threads)
    } catch {
      throw StageError(error.reason)
    }
    try write(
      joined, FeatureRecipe(parts: joined.parts, fusion: fusion), layers, to: output, context)
  }

  /// The artifacts whose coordinates have a value that `keep` names; all of them if it is empty.
  private func kept(_ artifacts: [InputArtifact]) throws(StageError) -> [InputArtifact] {
    guard !parameters.keep.isEmpty else { return artifacts }
    let values = artifacts.map { $0.coordinates.values.map(Compare.text) }
    let known = Set(values.joined())
    for (position, name) in parameters.keep.enumerated() where !known.contains(name) {
      throw StageError(
        "keep/\(position): no input has the axis value '\(name)'",
        hint: known.isEmpty
          ? "gather an axis in this stage, or leave 'keep' empty"
          : "the inputs have \(known.sorted().joined(separator: ", "))")
    }
    return zip(artifacts, values).filter { !Set($1).isDisjoint(with: parameters.keep) }.map(\.0)
  }

  /// Writes the features of all samples, a batch at a time.
  private func write(
    _ joined: JoinedFeatures, _ recipe: FeatureRecipe, _ layers: FeatureFusion?,
    to output: String, _ context: StageContext
  ) throws(StageError) {
    var writer = try FeatureWriter(output, samples: joined.samples, width: recipe.width)
    for start in stride(from: 0, to: joined.samples.count, by: Self.batch) {
      let batch = start..<min(start + Self.batch, joined.samples.count)
      let rows = try joined.rows(Array(batch))
      try writer.add(layers?.features(of: rows) ?? rows)
      context.events.progress(
        StageProgress(batch.upperBound, of: joined.samples.count, "samples"))
    }
    try writer.finish(recipe)
  }
}
