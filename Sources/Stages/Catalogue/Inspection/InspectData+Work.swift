internal import PipelineDSL

extension InspectData {
  /// Time and output scale with the samples; much more time if originals are opened.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples else { return nil }
    return StageWork(
      units: samples, memory: samples, output: samples, variant: parameters.compare.rawValue)
  }
}
