internal import Imaging
internal import Neural
internal import PipelineDSL

/// Trains a network on the training images and keeps the best epoch's weights.
///
/// Without weights everything is trained from scratch. With them the protocol of paper A is followed:
/// first the head alone behind frozen convolutions, then the last blocks too, at a small rate.
struct FineTune: StageKind {
  /// What the loss of a class is multiplied by.
  enum ClassWeights: String, ParameterChoice {
    /// 1.
    case none
    /// Training samples / (classes x training samples of the class), as in scikit-learn.
    case balanced
  }

  /// What the batch norms of opened blocks normalise with.
  enum BatchNormPolicy: String, ParameterChoice {
    /// The statistics in the weights file, which stay.
    case stored
    /// Those of the batch, which move the stored ones.
    case batch
  }

  struct Parameters: StageParameters {
    var backbone = Backbone.cnn
    var weights: Location?
    var headEpochs = 12
    var openBlocks = 3
    var epochs = 30
    var batch = 32
    var learningRate = 1e-3
    var fineLearningRate = 1e-5
    var schedule = RateSchedule.plateau
    var warmupEpochs = 0
    var stepEpochs = 10
    var clipNorm: Double?
    var weightDecay = 1e-4
    var dropout = 0.3
    var labelSmoothing = 0.1
    var classWeights = ClassWeights.none
    var batchNorm = BatchNormPolicy.stored
    var consistency = 12.0
    var patience = 10
    var plateauPatience = 3
    var plateauFactor = 0.1
    var maximumGap = 0.03

    static let fields: [ParameterField<Self>] = [
      .init("backbone", \.backbone, "the network"),
      .init(
        "weights", \.weights,
        "a safetensors file, or one of PyTorch's (.pth) with a state dictionary, with the reference's "
          + "names, to train on from; without it all is trained from scratch"),
      .init(
        "head-epochs", \.headEpochs, in: 1...10_000,
        "with weights: epochs at most of the head alone, behind frozen convolutions"),
      .init(
        "open-blocks", \.openBlocks, in: 0...1000,
        "with weights: how many of the last convolutional blocks train then; 0 leaves it at the head; "
          + "all of them are "
          + Backbone.allCases.map { "\($0.blocks) in \($0.rawValue)" }.joined(separator: ", ")),
      .init("epochs", \.epochs, in: 1...10_000, "epochs at most, behind those of the head"),
      .init(
        "batch", \.batch, in: 1...4096,
        "images a step at most; an epoch is spread evenly over the fewest steps"),
      .init(
        "learning-rate", \.learningRate, in: 1e-9...1,
        "Adam's step size at first, of the head or from scratch"),
      .init(
        "fine-learning-rate", \.fineLearningRate, in: 1e-9...1,
        "with weights: Adam's step size at first once blocks are open"),
      .init(
        "schedule", \.schedule,
        "how the learning rate goes: down when the validation loss stays, not at all, along a cosine to 0 "
          + "behind the last epoch, or down every step-epochs; for head and blocks each"),
      .init(
        "warmup-epochs", \.warmupEpochs, in: 0...1000,
        "epochs over which the learning rate first rises in equal steps"),
      .init(
        "step-epochs", \.stepEpochs, in: 1...10_000,
        "schedule step: epochs after which the learning rate is multiplied by plateau-factor"),
      .init(
        "clip-norm", \.clipNorm, in: 1e-6...1e6,
        "how long a step's gradient may be; longer ones are scaled down; null for no bound"),
      .init("weight-decay", \.weightDecay, in: 0...1, "the factor of Adam's L2 term"),
      .init("dropout", \.dropout, in: 0...0.95, "the share dropped around the hidden dense layer"),
      .init(
        "label-smoothing", \.labelSmoothing, in: 0...0.95,
        "the share of each target that is spread over all classes"),
      .init(
        "class-weights", \.classWeights,
        "what the loss of a class is multiplied by; balanced for samples / (classes x its samples)"),
      .init(
        "batch-norm", \.batchNorm,
        "with weights: what opened blocks normalise with, the file's statistics or each batch's"),
      .init(
        "consistency", \.consistency, in: 0...1000,
        "with views by augmix: the weight of the copies' Jensen-Shannon divergence in the loss"),
      .init(
        "patience", \.patience, in: 1...10_000,
        "epochs without a lower validation loss after which training stops"),
      .init(
        "plateau-patience", \.plateauPatience, in: 0...10_000,
        "epochs without a lower validation loss that pass before the learning rate falls"),
      .init(
        "plateau-factor", \.plateauFactor, in: 0.001...0.999,
        "what the learning rate is multiplied by then, and by the schedule step"),
      .init(
        "maximum-gap", \.maximumGap, in: 0...1,
        "by how much F1 may fall from training to validation in a model that is accepted"),
    ]

    func conflicts() -> [String] {
      var conflicts: [String] = []
      if openBlocks > backbone.blocks {
        conflicts.append(
          "open-blocks is \(openBlocks), but \(backbone.rawValue) has \(backbone.blocks) blocks")
      }
      let fewest = weights == nil ? epochs : min(epochs, headEpochs)
      if warmupEpochs >= fewest {
        conflicts.append(
          "warmup-epochs is \(warmupEpochs), and of \(fewest) epochs none is left behind it")
      }
      return conflicts
    }
  }

  static let name = "fine-tune"
  static let revision = 5
  static let draws = true
  static let summary =
    "Trains a network by Adam and keeps the weights of the epoch with the best validation F1."
  static let source =
    "Paper A: head, two stages, loss, schedule, checkpoint and acceptance; Kingma and Ba 2015 (Adam)"
  static let ports = Ports(
    inputs: [
      .init("images", .images, .one, "what is learned from"),
      .init("split", .split, .one, "which images train and which validate"),
      .init("views", .views, .optional, "how training images vary; epoch e shows view e mod views"),
      .init(
        "start", .model, .optional,
        "a model to train on from in place of a weights file: its convolutions, with a fresh head"),
    ],
    outputs: [
      .init(
        "model", .model, "model.safetensors (the reference's names and layouts) and model.json"),
      .init(
        "history", .metrics, side: true,
        "history.csv: a row an epoch, and metrics.json: the numbers of the best one"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(ImagingLibraries.versions) { neural, _ in neural }
  }

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try FineTuneData(context, parameters.backbone.normalisation)
    let tensors = try pretrained(context)
    let form = Backbone.Form(
      size: data.images.width, classes: data.classes.count, dropout: parameters.dropout,
      keepsStatistics: tensors != nil && parameters.batchNorm == .stored)
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
    let history = TrainingHistory(training.stages, maximumGap: parameters.maximumGap)
    try ModelCard(
      backbone: parameters.backbone, classes: data.classes, size: data.images.width,
      normalisation: parameters.backbone.normalisation, parameters: network.table.parameterCount,
      preparation: data.images.preparation
    ).write(try training.weights(after: history.bestStage), to: context.output("model"))
    try history.write(to: context.output("history"), context.events)
  }

  /// The tensors to train on from, of a model or a weights file, if there is one.
  private func pretrained(_ context: StageContext) throws(StageError) -> [Tensor]? {
    if let model = context.inputs["start"]?.first {
      guard context.locations["weights"] == nil else {
        throw StageError(
          "both the input 'start' and the parameter 'weights' say what to train on from",
          hint: "leave one of them out")
      }
      return try tensors(of: model)
    }
    guard let location = context.locations["weights"] else { return nil }
    guard location.isFile, let entry = location.entries.first else {
      throw StageError(
        "\(location.root) is no file", hint: "let 'weights' name a safetensors or .pth file")
    }
    let bytes = try OriginalFiles([location]).read(entry.digest)
    do throws(NeuralError) { return try WeightFile.decode(bytes) } catch {
      throw StageError("\(location.root): \(error.reason)")
    }
  }

  private func tensors(of model: InputArtifact) throws(StageError) -> [Tensor] {
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
