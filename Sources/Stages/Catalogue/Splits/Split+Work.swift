internal import PipelineDSL

extension Split {
  /// Time scales with the samples, much more of it if originals are opened to find near duplicates.
  func work(_ load: StageLoad) -> StageWork? {
    guard let samples = load.samples else { return nil }
    return StageWork(
      units: samples, output: samples,
      variant: parameters.nearDuplicates == nil ? "" : "near duplicates of \(parameters.compare)")
  }

  /// The share of training samples that the parameters ask for.
  func handsOn(_ load: StageLoad) -> StageLoad {
    var load = load
    switch parameters.method {
    case .fractions: load.trainShare = parameters.fractions.first
    case .counts:
      let counts = (parameters.counts ?? []).map(Double.init)
      let total = counts.reduce(0, +)
      load.samples = load.samples.map { min($0, total) }
      load.trainShare = total > 0 ? counts[0] / total : nil
    case .kFold:
      load.trainShare =
        (1 - 1 / Double(max(2, parameters.folds)))
        * (1 - parameters.validation - parameters.calibration)
    case .leaveSourceOut, .given: load.trainShare = nil
    }
    return load
  }
}
