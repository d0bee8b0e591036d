internal import Classifiers
internal import PipelineDSL

extension Classify {
  /// The share of training samples if the split does not determine it.
  private static let usualTrainShare = 0.8

  /// The fit of principal components and of the classifier, and one prediction per sample.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let width = load.width else { return nil }
    let rows = samples * (load.trainShare ?? Self.usualTrainShare)
    let components = parameters.components.map(Double.init)
    let cost = ClassifierWork(
      settings: parameters.settings, rows: rows, width: min(components ?? width, width),
      predicted: samples)
    // The smaller of the two products: of features, or of rows.
    let reduction = components == nil ? 0 : rows * width * min(rows, width) / 1e9
    return StageWork(
      units: cost.units + reduction, memory: cost.memory, output: samples,
      variant: parameters.settings.method.rawValue + (components == nil ? "" : " of components"))
  }

  /// A model that predicts from images costs what its networks cost.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var next = load
    next.width = nil
    return next
  }
}
