internal import Imaging
internal import Neural
internal import PipelineDSL

/// Trains a network on the training images and keeps the best epoch's weights.
struct FineTune: StageKind {
  struct Parameters: StageParameters {
    var backbone = Backbone.cnn
    var epochs = 30
    var batch = 32
    var learningRate = 1e-3
    var weightDecay = 1e-4
    var dropout = 0.3
    var labelSmoothing = 0.1
    var patience = 10
    var plateauPatience = 3
    var plateauFactor = 0.1

    static let fields: [ParameterField<Self>] = [
      .init("backbone", \.backbone, "the network; cnn is trained from scratch"),
      .init("epochs", \.epochs, in: 1...10_000, "epochs at most"),
      .init(
        "batch", \.batch, in: 1...4096,
        "images a step at most; an epoch is spread evenly over the fewest steps"),
      .init("learning-rate", \.learningRate, in: 1e-9...1, "Adam's step size at first"),
      .init("weight-decay", \.weightDecay, in: 0...1, "the factor of Adam's L2 term"),
      .init("dropout", \.dropout, in: 0...0.95, "the share dropped around the hidden dense layer"),
      .init(
        "label-smoothing", \.labelSmoothing, in: 0...0.95,
        "the share of each target that is spread over all classes"),
      .init(
        "patience", \.patience, in: 1...10_000,
        "epochs without a lower validation loss after which training stops"),
      .init(
        "plateau-patience", \.plateauPatience, in: 0...10_000,
        "epochs without a lower validation loss that pass before the learning rate falls"),
      .init(
        "plateau-factor", \.plateauFactor, in: 0.001...0.999,
        "what the learning rate is multiplied by then"),
    ]
  }

  static let name = "fine-tune"
  static let revision = 1
  static let draws = true
  static let summary =
    "Trains a network by Adam and keeps the weights of the epoch with the best validation F1."
  static let source = "Paper A: head, loss, schedule and checkpoint; Kingma and Ba 2015 (Adam)"
  static let ports = Ports(
    inputs: [
      .init("images", .images, .one, "what is learned from"),
      .init("split", .split, .one, "which images train and which validate"),
      .init("views", .views, .optional, "how training images vary; epoch e shows view e mod views"),
    ],
    outputs: [
      .init("model", .model, "model.safetensors (PyTorch's names and layouts) and model.json"),
      .init(
        "history", .metrics, side: true,
        "history.csv: a row an epoch, and metrics.json: the numbers of the best one"),
    ])
  static var libraries: [String: String] {
    NeuralLibraries.versions.merging(ImagingLibraries.versions) { neural, _ in neural }
  }

  /// The file of the state folder.
  static let stateFile = "training"

  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }

  func run(_ context: StageContext) throws {
    let data = try FineTuneData(context)
    let network: Network
    do {
      network = try parameters.backbone.network(
        size: data.images.width, classes: data.classes.count, dropout: parameters.dropout)
    } catch {
      throw StageFailure(error.reason, mend: "raise the 'size' of 'crop-normalise'")
    }
    var trainer = trainer(network, context)
    for record in trainer.history { report(record, context) }
    do {
      try trainer.run(data) { now in
        if let record = now.history.last { report(record, context) }
        try context.state.publish(now.state, as: Self.stateFile)
      }
    } catch let problem as NeuralProblem {
      throw StageFailure(problem.reason)
    }
    try ModelCard(
      backbone: parameters.backbone, classes: data.classes, size: data.images.width,
      normalisation: .standard, parameters: network.table.parameterCount
    ).write(trainer.bestWeights.tensors, to: context.output("model"))
    try TrainingHistory(trainer).write(to: context.output("history"), context.events)
  }

  /// A trainer that goes on where an earlier attempt stopped, or a new one.
  private func trainer(_ network: Network, _ context: StageContext) -> Trainer {
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch) = (parameters.epochs, parameters.batch)
    settings.learningRate = parameters.learningRate
    settings.weightDecay = parameters.weightDecay
    settings.labelSmoothing = parameters.labelSmoothing
    settings.patience = parameters.patience
    settings.plateauPatience = parameters.plateauPatience
    settings.plateauFactor = parameters.plateauFactor
    settings.threads = context.threads
    var draws = context.draws(Self.name, sample: "", purpose: "weights and dropout")
    settings.seed = draws.next()
    guard let state = context.state.read(Self.stateFile) else { return Trainer(network, settings) }
    do {
      let trainer = try Trainer(network, settings, state: state)
      context.events.log("goes on behind epoch \(trainer.history.count) of an earlier attempt")
      return trainer
    } catch {
      context.events.log("begins anew: the state of an earlier attempt is unusable: \(error)")
      return Trainer(network, settings)
    }
  }

  private func report(_ record: EpochRecord, _ context: StageContext) {
    for (name, value) in TrainingHistory.numbers(record) {
      context.events.metric(StageMetric(name, step: record.epoch, value))
    }
    let remark =
      "loss \(decimal(record.train.loss, 4)), validation loss "
      + "\(decimal(record.validation.loss, 4)), macro-F1 \(decimal(record.validation.macroF1, 4))"
    context.events.progress(
      StageProgress(record.epoch + 1, of: parameters.epochs, "epochs", remark: remark))
  }
}
