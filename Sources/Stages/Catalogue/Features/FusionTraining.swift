internal import Neural
internal import PipelineDSL

/// The training of dense layers over concatenated features.
struct FusionTraining {
  private let parameters: FuseFeatures.Parameters
  private let context: StageContext

  /// Creates the training of a stage.
  init(_ parameters: FuseFeatures.Parameters, _ context: StageContext) {
    (self.parameters, self.context) = (parameters, context)
  }

  /// Trains the layers, from the checkpoint if there is one, and writes the history.
  ///
  /// Returns the tensors after the epoch with the highest validation macro-F1, including those of
  /// the output layer. Throws if the loss is not finite.
  func train(_ data: FusionData, inputs: Int) throws -> [Tensor] {
    var draws = context.draws(FuseFeatures.name, sample: "", purpose: "weights and dropout")
    var settings = parameters.training
    settings.seed = draws.next()
    settings.threads = context.threads
    do {
      let network = try Network.dense(
        inputs: inputs, hidden: parameters.hidden, classes: data.classes.count,
        dropout: parameters.dropout)
      let attempt = TrainingAttempt(
        context: context, state: "training", earlier: 0, total: settings.epochs)
      let trainer = try attempt.run(network, settings, on: data)
      let tensors = trainer.bestWeights.tensors
      let stage = FineTuneTraining.Stage(
        history: trainer.history, bestEpoch: trainer.bestEpoch ?? 0,
        firstClean: trainer.firstClean, bestClean: trainer.bestClean, tensors: tensors)
      try write(stage, settings.monitor, data)
      return tensors
    } catch let problem as NeuralError {
      throw StageError(problem.reason)
    }
  }

  private func write(
    _ stage: FineTuneTraining.Stage, _ monitor: Monitor, _ data: FusionData
  ) throws(StageError) {
    let history = TrainingHistory(
      [stage], monitor, maximumGap: FineTune.Parameters().maximumGap,
      cleanSamples: data.cleanCount)
    try history.write(to: context.output("history"), context.events)
    if let excess = history.divergence(classes: data.classes.count, largestWeight: 1) {
      context.events.warn(
        "the training diverged: the validation \(excess.name) of its best epoch, "
          + "\(decimal(excess.value, 2)), is more than twice that of guessing; lower the learning "
          + "rate")
    }
  }
}
