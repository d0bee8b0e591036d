internal import Neural
internal import PipelineDSL

extension FuseFeatures {
  /// The share of training samples if the split does not determine it.
  private static let usualTrainShare = 0.8
  /// The number of classes assumed for the output layer, which costs little.
  private static let assumedClasses = 5.0
  /// A step of training: forward, and the gradients of activations and of parameters.
  private static let passesPerStep = 3.0

  /// The maximum number of epochs, times samples, times the operations of the layers; then one pass
  /// for all samples.
  ///
  /// Without layers, the values that are copied. Training may stop earlier, and `keep` may leave
  /// inputs out.
  func work(_ load: StageLoad) -> StageWork? {
    guard let all = load.samples, let width = load.width else { return nil }
    let samples = all / load.joined
    guard let last = parameters.hidden.last else {
      return StageWork(
        units: samples * width, output: samples * width, variant: "concatenation")
    }
    let widths = [width] + parameters.hidden.map(Double.init) + [Self.assumedClasses]
    let cost = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / 1e9
    let share = load.trainShare ?? Self.usualTrainShare
    let seen = samples * (Self.passesPerStep * share + (1 - share) / 2)
    return StageWork(
      units: (Double(parameters.training.epochs) * seen + samples) * cost,
      memory: samples * width, output: samples * Double(last), variant: "dense layers")
  }

  /// One row per sample, with the outputs of the last hidden layer if there is one.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var next = load
    next.samples = load.samples.map { $0 / load.joined }
    next.width = parameters.hidden.last.map(Double.init) ?? load.width
    return next
  }
}
