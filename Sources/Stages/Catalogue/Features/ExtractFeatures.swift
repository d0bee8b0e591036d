internal import Imaging
internal import Neural
internal import PipelineDSL

/// Computes a vector of features for every image, by a network that is cut at a point.
///
/// The network is that of a model, or the convolutions of a weights file.
struct ExtractFeatures: StageKind {
  struct Parameters: StageParameters {
    var network: Backbone?
    var weights: Location?
    var at = FeaturePoint.pooled

    static let fields: [ParameterField<Self>] = [
      .init(
        "network", \.network, "without the input 'model': network architecture of 'weights'"),
      .init(
        "weights", \.weights,
        "without the input 'model': file of pretrained weights with the reference's names, "
          + "safetensors or a state dictionary of PyTorch (.pth)"),
      .init(
        "at", \.at,
        "where features are taken: last-convolution (its activations), pooled (their mean over all "
          + "positions) or dense (the hidden layer of the head, after its ReLU)"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      if (network == nil) != (weights == nil) {
        conflicts.append("'network' and 'weights' must be set together, or neither of them")
      }
      if at == .dense, network != nil || weights != nil {
        conflicts.append(
          "'at' is dense, which needs a model: the networks of weights files have no such layer")
      }
      return conflicts
    }
  }

  static let name = "extract-features"
  static let revision = 1
  static let summary = "Computes the features of every image by a network that is cut at a point."
  static let source = "Paper B: deep features; Yosinski et al. 2014 (transferable features)"
  static let ports = Ports(
    inputs: [
      .init(
        "model", .model, .optional,
        "model of a single network; without it, see the parameters 'network' and 'weights'"),
      .init("images", .images, .one, "images to compute features of"),
    ],
    outputs: [
      .init(
        "features", .features,
        "features.npy (float32, one row per sample), samples.csv, and features.json with the network"
      )
    ])
  static var libraries: [String: String] { NeuralLibraries.versions }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  /// The folder of the network in the artifact.
  private static let folder = FeatureRecipe.folder(1)

  func run(_ context: StageContext) throws {
    let images = try ImageSet(context.input("images"))
    let output = context.output("features")
    let branch: FeatureBranch
    if let model = context.inputs["model"]?.first {
      branch = try self.branch(of: model, context)
      try FeatureRecipe.copyNetwork(of: model, to: output + "/" + Self.folder)
    } else {
      branch = try weightsBranch(images, context, output + "/" + Self.folder)
    }
    if branch.card.preparation?.json != images.preparation?.json {
      context.events.warn(
        "the images were not prepared as the network's training images were; new images will be "
          + "prepared as those")
    }
    var writer = try FeatureWriter(output, samples: images.samples, width: branch.width)
    for start in stride(from: 0, to: images.samples.count, by: FeatureBranch.batch) {
      let batch = start..<min(start + FeatureBranch.batch, images.samples.count)
      try writer.add(branch.features(of: batch.map { try images.image($0) }))
      context.events.progress(
        StageProgress(batch.upperBound, of: images.samples.count, "images"))
    }
    try writer.finish(
      FeatureRecipe(parts: [
        .init(folder: Self.folder, at: parameters.at, width: branch.width)
      ]))
  }

  /// The network of a model; throws if the parameters name another one.
  private func branch(
    of model: InputArtifact, _ context: StageContext
  ) throws(StageError) -> FeatureBranch {
    guard parameters.network == nil, context.locations["weights"] == nil else {
      throw StageError(
        "both the input 'model' and the parameters 'network' and 'weights' name a network",
        hint: "leave one of them out")
    }
    let kind = try ModelKind(model)
    guard kind == .network else {
      throw StageError(
        "'model' is of kind '\(kind.rawValue)'; features are taken from a single network",
        hint: "extract the features of each network, and join them with 'fuse-features'")
    }
    return try FeatureBranch(model, at: parameters.at, threads: context.threads)
  }

  /// The convolutions of a weights file, which are written to a folder as a network without a head.
  private func weightsBranch(
    _ images: ImageSet, _ context: StageContext, _ folder: String
  ) throws(StageError) -> FeatureBranch {
    guard let backbone = parameters.network, let location = context.locations["weights"] else {
      throw StageError(
        "no network: there is neither the input 'model' nor 'network' with 'weights'",
        hint: "need a model, or set both parameters")
    }
    guard images.width == images.height else {
      throw StageError(
        "the images are \(images.width) x \(images.height) pixels; networks take square ones",
        hint: "crop them with 'crop-normalise'")
    }
    guard location.isFile, let entry = location.entries.first else {
      throw StageError(
        "\(location.root): no such file", hint: "let 'weights' name a safetensors or .pth file")
    }
    let bytes = try OriginalFiles([location]).read(entry.digest)
    let (card, tensors, branch): (ModelCard, [Tensor], FeatureBranch)
    do throws(NeuralError) {
      tensors = try backbone.convolutions(WeightFile.decode(bytes), size: images.width)
      card = ModelCard(
        backbone: backbone, classes: [], size: images.width, normalisation: backbone.normalisation,
        parameters: tensors.reduce(0) { $0 + $1.values.count }, preparation: images.preparation)
      branch = try FeatureBranch(card, tensors, at: parameters.at, threads: context.threads)
    } catch {
      throw StageError("\(location.root): \(error.reason)")
    }
    try makeFolder(folder)
    try card.write(tensors, to: folder)
    return branch
  }
}

extension Backbone {
  /// The tensors of the convolutions among those of a weights file, with current names.
  ///
  /// Throws an error that names all tensors of the convolutions that are missing, unknown or of the
  /// wrong shape, or if the images are too small.
  fileprivate func convolutions(
    _ tensors: [Tensor], size: Int
  ) throws(NeuralError) -> [Tensor] {
    let network = try network(Form(size: size, classes: 2))
    let weights = try Weights(network, pretrained: tensors, seed: 0)
    let part = try network.part(0..<network.cut(open: 0))
    return try weights.part(part).tensors
  }
}
