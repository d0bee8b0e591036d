internal import PipelineDSL

extension ExtractFeatures {
  /// One prediction per sample; a network without a model has no known cost.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = load.model else { return nil }
    return StageWork(units: samples * model.cost, output: samples, variant: model.name)
  }
}
