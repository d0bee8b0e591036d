internal import PipelineDSL

extension Evaluate {
  /// One prediction per sample.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples, let model = load.model else { return nil }
    return StageWork(
      units: samples * model.cost, memory: (load.size ?? 1) * (load.size ?? 1), output: samples,
      variant: model.name)
  }
}
