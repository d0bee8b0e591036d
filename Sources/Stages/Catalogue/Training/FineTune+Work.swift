internal import Neural
internal import PipelineDSL

extension FineTune {
  /// The share of training samples if the split does not determine it.
  private static let usualTrainShare = 0.8
  /// The number of classes assumed for the last layer, which costs little.
  private static let assumedClasses = 5
  /// A step of training: forward, and the gradients of activations and of parameters.
  private static let passesPerStep = 3.0

  /// The operations of the convolutions before and after the cut, of 10^9 per sample.
  private struct Cost {
    var base: Double
    var open: Double
    var parameters: Int
  }

  private func cost(size: Double) -> Cost? {
    let form = Backbone.Form(
      size: Int(size), classes: Self.assumedClasses, head: .hidden(width: parameters.dense))
    guard let network = try? parameters.backbone.network(form) else { return nil }
    let cut = network.cut(open: parameters.trainedBlocks)
    let base = network.multiplyAccumulates(before: cut) / 1e9
    return Cost(
      base: base, open: network.multiplyAccumulates() / 1e9 - base,
      parameters: network.table.parameterCount)
  }

  /// The maximum number of epochs, times samples, times the operations of the layers.
  ///
  /// Layers before the cut are computed once per view and kept, or in each epoch if views are not
  /// repeated. Training may stop earlier.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let size = load.size, let cost = cost(size: size) else {
      return nil
    }
    let share = load.trainShare ?? Self.usualTrainShare
    let copies = load.copies ?? 1
    let (train, validation) = (samples * share * copies, samples * (1 - share) / 2)
    let epochs = Double(parameters.training.epochs)
    let isPretrained = parameters.weights != nil || load.model != nil
    let whole = cost.base + cost.open
    let fine =
      parameters.trainedBlocks > 0
      ? epochs * (Self.passesPerStep * train + validation) * cost.open : 0
    let units =
      switch (isPretrained, load.views) {
      case (false, _): epochs * (Self.passesPerStep * train + validation) * whole
      case (true, 0?):
        Double(parameters.headEpochs) * train * whole + epochs * train * cost.base + fine
      case (true, let views):
        (train * min(views ?? 1, epochs + Double(parameters.headEpochs)) + validation) * whole
          + fine
      }
    return StageWork(
      units: units, memory: Double(parameters.training.batch) * copies * size * size,
      output: Double(cost.parameters),
      variant: parameters.backbone.rawValue + (isPretrained ? "" : " from scratch"))
  }

  /// A model of this architecture.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    load.model = load.size.flatMap(cost).map {
      StageLoad.Model(
        parameters.backbone.rawValue, cost: $0.base + $0.open, hidden: Double(parameters.dense))
    }
    return load
  }

  /// The document that tells how to get pretrained weights.
  func whereToGet(_ parameter: String) -> String? {
    parameter == "weights" ? "docs/weights.md, with a line for each network" : nil
  }
}
