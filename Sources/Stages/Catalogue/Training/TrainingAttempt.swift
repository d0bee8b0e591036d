internal import Neural
internal import PipelineDSL

/// A training phase of a stage, which continues where an earlier attempt stopped.
struct TrainingAttempt {
  let context: StageContext
  /// The name of the checkpoint.
  let state: String
  /// The number of epochs of earlier phases, and the largest number of all phases.
  let earlier: Int
  let total: Int

  /// Trains to the end, from the checkpoint if there is one, and reports each epoch.
  ///
  /// Without weights, those of a new trainer are drawn from the seed of the settings.
  func run(
    _ network: Network, _ settings: Trainer.Settings, from weights: Weights? = nil,
    on data: any TrainingData
  ) throws -> Trainer {
    var trainer = trainer(network, settings, weights)
    for record in trainer.history { report(record) }
    var remark = trainer.history.last.map(Self.remark) ?? ""
    try trainer.run(data) { now in
      if let record = now.history.last {
        report(record)
        remark = Self.remark(record)
      }
      try context.state.publish(now.state, as: state)
    } afterStep: { epoch, share in
      context.events.progress(
        StageProgress(earlier + epoch, of: total, "epochs", share: share, remark: remark))
    }
    return trainer
  }

  /// A trainer that resumes where an earlier attempt stopped, or a new one.
  private func trainer(
    _ network: Network, _ settings: Trainer.Settings, _ weights: Weights?
  ) -> Trainer {
    guard let content = context.state.read(state) else {
      if context.state.contains(state) {
        context.events.log("starts over: the state of an earlier attempt is damaged")
      }
      return Trainer(network, settings, from: weights)
    }
    do {
      let trainer = try Trainer(network, settings, state: content)
      context.events.log("resumes after epoch \(trainer.history.count) of an earlier attempt")
      return trainer
    } catch {
      context.events.log("starts over: the state of an earlier attempt is unusable: \(error)")
      return Trainer(network, settings, from: weights)
    }
  }

  private func report(_ record: EpochRecord) {
    let epoch = earlier + record.epoch
    for (name, value) in TrainingHistory.numbers(record) {
      context.events.metric(StageMetric(name, step: epoch, value))
    }
    context.events.progress(
      StageProgress(epoch + 1, of: total, "epochs", remark: Self.remark(record)))
  }

  /// The scores of an epoch, the most telling last.
  private static func remark(_ record: EpochRecord) -> String {
    "loss \(decimal(record.train.loss, 4)), validation loss "
      + "\(decimal(record.validation.loss, 4)), nll \(decimal(record.validation.nll, 4)), "
      + "macro-F1 \(decimal(record.validation.macroF1, 4))"
  }
}
