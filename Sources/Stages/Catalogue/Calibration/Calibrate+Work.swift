internal import PipelineDSL

extension Calibrate {
  /// One prediction per sample, unless predictions are connected.
  func work(_ load: StageLoad) -> StageWork? { CalibrationData.work(load, of: load.samples) }
}

extension Conformal {
  /// The share of samples for calibration and testing if the split does not determine it.
  private static let usualShare = 0.2

  /// One prediction per calibration and test sample, unless predictions are connected.
  func work(_ load: StageLoad) -> StageWork? {
    let share = load.trainShare.map { 1 - $0 } ?? Self.usualShare
    return CalibrationData.work(load, of: load.samples.map { $0 * share })
  }
}

extension CalibrationData {
  /// The work of predicting some samples.
  fileprivate static func work(_ load: StageLoad, of samples: Double?) -> StageWork? {
    guard let samples, let model = load.model else { return nil }
    return StageWork(
      units: samples * model.cost, memory: (load.size ?? 1) * (load.size ?? 1), output: samples,
      variant: model.name)
  }
}
