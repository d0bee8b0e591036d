internal import Classifiers
internal import PipelineDSL

extension Ensemble {
  /// The share of validation samples if the split does not determine it.
  private static let usualValidationShare = 0.1
  /// The number of classes assumed for the logits of a model.
  private static let assumedClasses = 5.0

  /// One combination per sample and model; a stack also fits a classifier over their logits.
  func work(_ load: StageLoad) -> StageWork? {
    guard let all = load.samples else { return nil }
    guard parameters.rule == .stack else {
      return StageWork(units: all, output: all / load.joined, variant: parameters.rule.rawValue)
    }
    let share = load.trainShare.map { (1 - $0) / 2 } ?? Self.usualValidationShare
    var settings = ClassifierSettings()
    settings.method = parameters.stackMethod
    let samples = all / load.joined
    let cost = ClassifierWork(
      settings: settings, rows: samples * share, width: load.joined * Self.assumedClasses,
      predicted: samples)
    return StageWork(
      units: cost.units, memory: cost.memory, output: samples,
      variant: "stack by \(settings.method.rawValue)")
  }

  /// One row per sample, and a model that costs what all of them cost.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var next = load
    next.samples = load.samples.map { $0 / load.joined }
    next.width = nil
    return next
  }
}
