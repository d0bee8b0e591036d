internal import Imaging
internal import Neural
internal import PipelineDSL

/// Trains a network on the training images and keeps the best epoch's weights.
///
/// Without weights, everything is trained from scratch. With weights, the protocol of paper A is
/// followed: first only the head, on frozen convolutions, then the last blocks too, at a small
/// learning rate.
struct FineTune: StageKind {
  /// The factor of each class's samples in the loss.
  enum ClassWeights: String, ParameterChoice {
    /// 1 for every class.
    case none
    /// Training samples / (classes x training samples of the class), as in scikit-learn.
    case balanced
  }

  /// The statistics that the batch norms of open blocks use.
  enum BatchNormPolicy: String, ParameterChoice {
    /// The statistics in the weights file, which do not change.
    case stored
    /// The statistics of each batch, which update the stored ones.
    case batch
  }

  struct Parameters: StageParameters {
    var backbone = Backbone.cnn
    var weights: Location?
    var headEpochs = 12
    var openBlocks: Int?
    var fineLearningRate = 1e-5
    var dense = 128
    var dropout = 0.3
    var classWeights = ClassWeights.none
    var batchNorm = BatchNormPolicy.stored
    var maximumGap = 0.03
    /// The settings passed on to the trainer.
    var training = Trainer.Settings()

    static let fields: [ParameterField<Self>] = [
      .init("backbone", \.backbone, "network architecture"),
      .init(
        "weights", \.weights,
        "file of pretrained weights with the reference's names: safetensors, or a state dictionary of "
          + "PyTorch (.pth); without it the network is trained from scratch"),
      .init(
        "head-epochs", \.headEpochs, in: 1...10_000,
        "with weights: maximum number of epochs of the head phase, with all convolutions frozen"),
      .init(
        "open-blocks", \.openBlocks, in: 0...1000,
        "with weights: number of last convolutional blocks trained after the head phase; 0 trains only "
          + "the head; null for "
          + Backbone.allCases.map { "\($0.openBlocks) of \($0.blocks) in \($0.rawValue)" }
          .joined(separator: ", ")),
      .init(
        "epochs", \.training.epochs, in: 1...10_000,
        "maximum number of epochs; with weights, after the head phase"),
      .init(
        "batch", \.training.batch, in: 1...4096,
        "maximum images per step; an epoch is spread evenly over the fewest steps"),
      .init(
        "learning-rate", \.training.learningRate, in: 1e-9...1,
        "initial learning rate, from scratch or in the head phase"),
      .init(
        "fine-learning-rate", \.fineLearningRate, in: 1e-9...1,
        "with weights: initial learning rate after the head phase"),
      .init(
        "schedule", \.training.schedule,
        "learning-rate schedule: plateau (reduced when the monitored number stops falling), constant, "
          + "cosine (to 0 after the last epoch) or step (every step-epochs); restarted for each phase"
      ),
      .init(
        "warmup-epochs", \.training.warmupEpochs, in: 0...1000,
        "epochs over which the learning rate first rises in equal steps"),
      .init(
        "step-epochs", \.training.stepEpochs, in: 1...10_000,
        "schedule step: epochs between reductions of the learning rate"),
      .init(
        "clip-norm", \.training.clipNorm, in: 1e-6...1e6,
        "maximum gradient norm; larger gradients are scaled down; null for no limit"),
      .init(
        "weight-decay", \.training.weightDecay, in: 0...1,
        "factor of the weight decay"),
      .init(
        "decay", \.training.decay,
        "weight decay: coupled (an L2 term in Adam's gradient) or decoupled (AdamW)"),
      .init(
        "decay-all", \.training.decaysAll,
        "weight decay of batch norms and biases too, not only of kernels"),
      .init(
        "dense", \.dense, in: 1...8192, "number of units in the hidden dense layer of the head"),
      .init(
        "dropout", \.dropout, in: 0...0.95, "dropout rate before and after the hidden dense layer"),
      .init(
        "label-smoothing", \.training.labelSmoothing, in: 0...0.95,
        "share of each target that is spread evenly over all classes"),
      .init(
        "class-weights", \.classWeights,
        "factor of a sample's loss by its class: none, or balanced for samples / (classes x the "
          + "class's samples)"),
      .init(
        "batch-norm", \.batchNorm,
        "with weights: statistics used by open blocks, stored in the file or of each batch"),
      .init(
        "consistency", \.training.consistency, in: 0...1000,
        "with views of augmix-form consistency: weight of the Jensen-Shannon term in the loss, not 0"
      ),
      .init(
        "monitor", \.training.monitor,
        "validation number that must fall: nll (negative log-likelihood) or loss (with label smoothing "
          + "and class weights)"),
      .init(
        "patience", \.training.patience, in: 1...10_000,
        "epochs without a lower monitored number before training stops"),
      .init(
        "plateau-patience", \.training.plateauPatience, in: 0...10_000,
        "epochs without a lower monitored number before the learning rate is reduced"),
      .init(
        "plateau-factor", \.training.plateauFactor, in: 0.001...0.999,
        "factor by which plateau and step reduce the learning rate"),
      .init(
        "maximum-gap", \.maximumGap, in: 0...1,
        "largest drop of F1 over present classes from clean training images to validation in an "
          + "accepted model"),
    ]

    /// The number of blocks that are trained after the head phase.
    var trainedBlocks: Int { openBlocks ?? backbone.openBlocks }

    func conflicts() -> [String] {
      var conflicts: [String] = []
      if let openBlocks, openBlocks > backbone.blocks {
        conflicts.append(
          "open-blocks is \(openBlocks), but \(backbone.rawValue) has \(backbone.blocks) blocks")
      }
      let fewest = weights == nil ? training.epochs : min(training.epochs, headEpochs)
      if training.warmupEpochs >= fewest {
        conflicts.append(
          "warmup-epochs is \(training.warmupEpochs), which leaves none of \(fewest) epochs")
      }
      return conflicts
    }
  }

  static let name = "fine-tune"
  static let revision = 6
  static let draws = true
  static let summary =
    "Trains a network by Adam and keeps the weights of the epoch with the best validation F1."
  static let source =
    "Paper A: head, two stages, loss, schedule, checkpoint and acceptance; Kingma and Ba 2015 (Adam)"
  static let ports = Ports(
    inputs: [
      .init("images", .images, .one, "images to train on"),
      .init("split", .split, .one, "training and validation set"),
      .init("views", .views, .optional, "augmented views of the training images"),
      .init(
        "start", .model, .optional,
        "model to start from instead of a weights file: its convolutions, with a new head"),
    ],
    outputs: [
      .init(
        "model", .model, "model.safetensors (the reference's names and layouts) and model.json"),
      .init(
        "history", .metrics, side: true,
        "history.csv (one row per epoch), and metrics.json (metrics of the first and best epoch)"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(ImagingLibraries.versions) { neural, _ in neural }
  }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try FineTuneData(context, parameters.backbone.normalisation)
    try data.requireConsistency(parameters.training.consistency)
    let tensors = try pretrained(context)
    let form = Backbone.Form(
      size: data.images.width, classes: data.classes.count, dropout: parameters.dropout,
      keepsStatistics: tensors != nil && parameters.batchNorm == .stored,
      head: .hidden(width: parameters.dense))
    let network: Network
    do throws(NeuralError) {
      network = try parameters.backbone.network(form)
    } catch {
      throw StageError(error.reason, hint: "raise the 'size' of 'crop-normalise'")
    }
    var training = FineTuneTraining(parameters, network, data, context)
    do {
      if let tensors { try training.transfer(tensors) } else { try training.fromScratch() }
    } catch let problem as NeuralError {
      throw StageError(problem.reason)
    }
    let history = TrainingHistory(
      training.stages, parameters.training.monitor, maximumGap: parameters.maximumGap,
      cleanSamples: data.cleanCount)
    try ModelCard(
      backbone: parameters.backbone, classes: data.classes, size: data.images.width,
      normalisation: parameters.backbone.normalisation, parameters: network.table.parameterCount,
      dense: parameters.dense, preparation: data.images.preparation
    ).write(try training.weights(after: history.bestStage), to: context.output("model"))
    try history.write(to: context.output("history"), context.events)
    if let excess = history.divergence(
      classes: data.classes.count, largestWeight: training.classWeights.map(Double.init).max() ?? 1)
    {
      context.events.warn(
        "the training diverged: the validation \(excess.name) of its best epoch, "
          + "\(decimal(excess.value, 2)), is more than twice that of guessing; lower the learning rate, "
          + "set 'clip-norm', or let 'batch-norm' be 'batch'")
    }
  }

  /// The tensors to start from, of a model or a weights file; `nil` if neither is given.
  private func pretrained(_ context: StageContext) throws(StageError) -> [Tensor]? {
    if let model = context.inputs["start"]?.first {
      guard context.locations["weights"] == nil else {
        throw StageError(
          "both the input 'start' and the parameter 'weights' set the initial weights",
          hint: "leave one of them out")
      }
      return try tensors(of: model)
    }
    guard let location = context.locations["weights"] else { return nil }
    guard location.isFile, let entry = location.entries.first else {
      throw StageError(
        "\(location.root): no such file", hint: "let 'weights' name a safetensors or .pth file")
    }
    let bytes = try OriginalFiles([location]).read(entry.digest)
    do throws(NeuralError) { return try WeightFile.decode(bytes) } catch {
      throw StageError("\(location.root): \(error.reason)")
    }
  }

  private func tensors(of model: InputArtifact) throws(StageError) -> [Tensor] {
    let kind = try ModelKind(model)
    guard kind == .network else {
      throw StageError(
        "'start' is a model of kind '\(kind.rawValue)'; training starts from a single network",
        hint: "let 'start' be a model of 'fine-tune'")
    }
    let card = try ModelCard(model)
    guard card.backbone == parameters.backbone else {
      throw StageError(
        "'start' is a \(card.backbone.rawValue), and 'backbone' is \(parameters.backbone.rawValue)",
        hint: "set 'backbone' to that of the model")
    }
    let bytes = try model.bytes(ModelCard.tensorFile)
    do throws(NeuralError) { return try Safetensors.decode(bytes) } catch {
      throw model.failure(ModelCard.tensorFile, error.reason)
    }
  }
}
