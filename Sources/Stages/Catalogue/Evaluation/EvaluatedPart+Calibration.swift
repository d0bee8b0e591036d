internal import PipelineDSL
internal import Statistics

extension EvaluatedPart {
  /// Calibration and Brier score of a part: the metrics by name, and `calibration_<part>.csv`.
  func calibration() -> (metrics: [String: Double], table: CSVTable) {
    let confidences = topMargins.map(Self.probability)
    var table = CSVTable(columns: CalibrationFormat.columns)
    var metrics: [String: Double] = [:]
    for binning in CalibrationError.Binning.allCases {
      let error = CalibrationError(
        confidences: confidences, right: right, bins: parameters.bins, binning)
      switch binning {
      case .equalWidth: (metrics["ece"], metrics["mce"]) = (error.expected, error.maximum)
      case .equalMass: metrics["ece-equal-mass"] = error.expected
      }
      for bin in error.bins {
        let interval = bin.interval(confidence: parameters.confidence)
        table.append(
          [binning.rawValue, Self.text(bin.low), Self.text(bin.high), String(bin.count)]
            + [bin.confidence, bin.accuracy, interval.low, interval.high].map(Self.text))
      }
    }
    let brier = BrierScore(
      probabilities: margins.map { $0.map(Self.probability) }, labels: truths,
      bins: parameters.bins)
    metrics["brier"] = brier.score
    metrics["brier-reliability"] = brier.reliability
    metrics["brier-resolution"] = brier.resolution
    metrics["brier-uncertainty"] = brier.uncertainty
    metrics["brier-within-bins"] = brier.withinBins
    return (metrics.mapValues(ComparisonTable.rounded), table)
  }
}
