/// Trains a network with Adam, one epoch at a time, and keeps the weights of the best epoch.
///
/// The same settings and data produce the same bits, for any number of threads and however often
/// training was interrupted between epochs and resumed from `state`.
public struct Trainer: Sendable {
  /// The settings, which do not change during training.
  public struct Settings: Sendable, Hashable {
    /// The maximum number of epochs.
    public var epochs = 30
    /// The maximum number of samples per step; an epoch is spread evenly over the fewest steps.
    public var batch = 32
    /// The initial learning rate.
    public var learningRate = 1e-3
    /// The learning-rate schedule.
    public var schedule = RateSchedule.plateau
    /// Epochs over which the learning rate first rises to `learningRate`.
    public var warmupEpochs = 0
    /// With the schedule `step`, the epochs between reductions by `plateauFactor`.
    public var stepEpochs = 10
    /// The maximum gradient norm; larger gradients are scaled down.
    public var clipNorm: Double?
    /// The factor of weight decay.
    public var weightDecay = 1e-4
    /// How weight decay enters a step.
    public var decay = DecayForm.coupled
    /// Whether batch norms and biases decay too.
    public var decaysAll = false
    /// The share of each target that is spread over all classes.
    public var labelSmoothing = 0.1
    /// The validation number that must fall.
    public var monitor = Monitor.nll
    /// Epochs without a lower monitored number before training stops.
    public var patience = 10
    /// Epochs without a lower monitored number before the learning rate is reduced.
    public var plateauPatience = 3
    /// The factor by which the learning rate is reduced.
    public var plateauFactor = 0.1
    /// The factor of each class's samples in the loss; empty for 1.
    public var classWeights: [Float] = []
    /// The weight of the consistency term of AugMix in the loss.
    public var consistency = 12.0
    /// The seed of the initial weights and of dropout.
    public var seed: UInt64 = 0
    /// The number of threads, which does not affect any bit of the result.
    public var threads = 1

    /// Creates the default settings.
    public init() {}
  }

  /// The best epoch so far and its weights.
  struct Best: Sendable {
    let epoch: Int
    let weights: Weights
  }

  /// The network.
  public let network: Network
  /// The settings.
  public let settings: Settings
  /// The records of all epochs so far.
  public internal(set) var history: [EpochRecord] = []
  /// The scores over the clean training samples after the first epoch; `nil` before.
  public internal(set) var firstClean: EpochRecord.Scores?
  /// The scores of `bestWeights` over the clean training samples; `nil` before training ended.
  public private(set) var bestClean: EpochRecord.Scores?
  var weights: Weights
  var adam: Adam
  var schedule: PlateauSchedule
  var best: Best?

  /// Creates a trainer that starts from initial weights, or from given ones.
  public init(_ network: Network, _ settings: Settings, from weights: Weights? = nil) {
    (self.network, self.settings) = (network, settings)
    self.weights = weights ?? Weights(network, seed: settings.seed)
    adam = Adam(
      count: network.table.parameterCount,
      WeightDecay(
        settings.decay, factor: settings.weightDecay, network.table, all: settings.decaysAll))
    schedule = PlateauSchedule(
      rate: settings.learningRate, factor: settings.plateauFactor,
      patience: settings.plateauPatience)
  }

  /// The weights after the epoch with the highest validation macro-F1; before any epoch, the
  /// weights that training started from.
  ///
  /// Ties go to the epoch with the lowest monitored number, then to the first.
  public var bestWeights: Weights { best?.weights ?? weights }

  /// The epoch of `bestWeights`, or `nil` before any epoch.
  public var bestEpoch: Int? { best?.epoch }

  /// Whether all epochs are done, or the monitored number has not fallen for `patience` epochs.
  public var isFinished: Bool {
    guard history.count < settings.epochs else { return true }
    let numbers = history.map { settings.monitor.value($0.validation) }
    let lowest = numbers.indices.min { numbers[$0] < numbers[$1] }
    return history.count - 1 - (lowest ?? 0) >= settings.patience
  }

  /// Trains until finished; `afterEpoch` is called after each epoch is recorded.
  ///
  /// `afterStep` is called with the epoch and the share of its steps that is done, before 1.
  ///
  /// The clean training samples are scored twice, after the first epoch and at the end, which costs
  /// two forward passes over them.
  ///
  /// Throws what the data or `afterEpoch` throws, and an error if the loss is not finite.
  public mutating func run(
    _ data: some TrainingData, afterEpoch: (Trainer) throws -> Void,
    afterStep: (_ epoch: Int, _ share: Double) -> Void = { _, _ in }
  ) throws {
    let workspace = Workspace(
      network, capacity: settings.batch * data.copies, threads: settings.threads)
    while !isFinished {
      let epoch = history.count
      let rate = settings.rate(epoch: epoch, plateau: schedule.rate)
      let train = try runEpoch(epoch, rate, data, workspace, afterStep)
      let validation = try scores(weights, data.validationCount, workspace, data.validationBatch)
      guard train.loss.isFinite, validation.loss.isFinite else {
        throw NeuralError("the loss is not finite in epoch \(epoch); lower the learning rate")
      }
      if epoch == 0 {
        firstClean = try scores(weights, data.cleanCount, workspace, data.cleanBatch)
      }
      let record = EpochRecord(
        epoch: epoch, learningRate: rate, train: train, validation: validation)
      if isBetter(validation) { best = Best(epoch: epoch, weights: weights) }
      history.append(record)
      // The rate is not reduced while it is still rising.
      if epoch >= settings.warmupEpochs { schedule.observe(settings.monitor.value(validation)) }
      try afterEpoch(self)
    }
    bestClean = try scores(bestWeights, data.cleanCount, workspace, data.cleanBatch)
  }

  private func isBetter(_ scores: EpochRecord.Scores) -> Bool {
    guard let best else { return true }
    let old = history[best.epoch].validation
    return scores.isBetter(than: old, settings.monitor)
  }

  private mutating func runEpoch(
    _ epoch: Int, _ rate: Double, _ data: some TrainingData, _ workspace: Workspace,
    _ afterStep: (Int, Double) -> Void
  ) throws -> EpochRecord.Scores {
    let order = data.order(epoch: epoch)
    let steps = (order.count + settings.batch - 1) / settings.batch
    var gradient = [Float](repeating: 0, count: network.table.parameterCount)
    var tally = Tally(settings, classes: network.classes)
    for step in 0..<steps {
      let range = order.count * step / steps..<order.count * (step + 1) / steps
      let batch = try data.batch(Array(order[range]), epoch: epoch)
      let mode = PassMode.training(
        DropoutDraws(seed: settings.seed, step: adam.steps, firstPosition: range.lowerBound))
      let count = range.count * batch.copies
      let logits = workspace.forward(&weights, batch.images, count: count, mode: mode)
      tally.add(logits, batch)
      let outputGradient = outputGradient(logits, batch)
      gradient.withUnsafeMutableBufferPointer { pointer in
        _ = workspace.backward(
          weights, from: outputGradient, count: count, mode: mode,
          parameterGradient: pointer.baseAddress)
      }
      if let limit = settings.clipNorm { GradientClipping.clip(&gradient, to: limit) }
      adam.step(&weights.parameters, gradient, rate: rate, workspace.pool)
      // The validation that follows belongs to the epoch too.
      afterStep(epoch, Double(step + 1) / Double(steps + 1))
    }
    return tally.scores
  }

  /// The gradient of the loss with respect to the logits of all copies.
  private func outputGradient(_ logits: [Float], _ batch: Batch) -> [Float] {
    let own = batch.targets.count
    let outputGradient = CrossEntropy.gradient(
      Array(logits[..<own]), batch.targets, classes: network.classes,
      smoothing: settings.labelSmoothing, weights: settings.classWeights)
    guard batch.copies > 1 else { return outputGradient }
    let consistencyGradient = Consistency.gradient(
      logits, copies: batch.copies, classes: network.classes)
    return logits.indices.map {
      ($0 < own ? outputGradient[$0] : 0) + Float(settings.consistency) * consistencyGradient[$0]
    }
  }

  /// The scores of weights over `count` samples, in evaluation mode.
  private func scores(
    _ weights: Weights, _ count: Int, _ workspace: Workspace,
    _ samples: (Range<Int>) throws -> Batch
  ) throws -> EpochRecord.Scores {
    var (tally, weights) = (Tally(settings, classes: network.classes), weights)
    for first in stride(from: 0, to: count, by: settings.batch) {
      let range = first..<min(count, first + settings.batch)
      let batch = try samples(range)
      let logits = workspace.forward(
        &weights, batch.images, count: range.count, mode: .evaluation)
      tally.add(logits, batch)
    }
    return tally.scores
  }
}

/// Accumulates scores over batches.
private struct Tally {
  private let settings: Trainer.Settings
  private let classes: Int
  private var (loss, nll, samples) = (0.0, 0.0, 0)
  private var confusion: ConfusionMatrix

  init(_ settings: Trainer.Settings, classes: Int) {
    (self.settings, self.classes) = (settings, classes)
    confusion = ConfusionMatrix(classes: classes)
  }

  /// Adds the logits of all copies; the unmodified samples determine accuracy and F1.
  mutating func add(_ logits: [Float], _ batch: Batch) {
    let own = Array(logits[..<batch.targets.count])
    loss += CrossEntropy.loss(
      own, batch.targets, classes: classes, smoothing: settings.labelSmoothing,
      weights: settings.classWeights)
    nll += CrossEntropy.loss(own, batch.targets, classes: classes, smoothing: 0)
    let count = own.count / classes
    if batch.copies > 1 {
      loss +=
        settings.consistency * Double(count)
        * Consistency.loss(logits, copies: batch.copies, classes: classes)
    }
    samples += count
    confusion.add(logits: own, targets: batch.targets)
  }

  var scores: EpochRecord.Scores {
    EpochRecord.Scores(
      loss: loss / Double(max(1, samples)), nll: nll / Double(max(1, samples)),
      accuracy: confusion.accuracy, macroF1: confusion.macroF1,
      macroF1Present: confusion.macroF1Present)
  }
}
