internal import PipelineDSL

extension CropNormalise {
  /// Time is spent on the originals, so it scales with their number; the output with the crops.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples else { return nil }
    let size = Double(parameters.size)
    return StageWork(
      units: samples, output: samples * size * size,
      variant: "\(parameters.denoise), \(parameters.contrast), \(parameters.stain)")
  }

  /// The crops all have one size.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    load.size = Double(parameters.size)
    return load
  }
}
