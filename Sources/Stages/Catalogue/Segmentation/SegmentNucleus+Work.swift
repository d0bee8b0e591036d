internal import PipelineDSL

extension SegmentNucleus {
  /// Time grows with the number of pixels, and so does the output.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples else { return nil }
    let pixels = samples * (load.size ?? 1) * (load.size ?? 1)
    return StageWork(units: pixels, output: pixels, variant: parameters.method.rawValue)
  }
}
