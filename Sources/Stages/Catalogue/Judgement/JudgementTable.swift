internal import PipelineDSL
internal import Statistics

/// The values of all measures, by image and method, and what the methods gain over baselines.
struct JudgementTable: Sendable {
  /// The gain of a method over the best baseline in one measure.
  struct Gain: Sendable, Hashable {
    /// The baseline.
    var baseline: BaselineMap
    /// The mean of the differences, paired by image; positive if the method is better.
    var mean: Double
    /// The interval of the mean; `nil` for a single image.
    var bounds: ClosedRange<Double>?

    /// Whether the interval is above 0.
    var isGain: Bool { bounds.map { $0.lowerBound > 0 } ?? false }
  }

  private struct Key: Hashable {
    var method: String
    var measure: Measure
  }

  private let baselines: [BaselineMap]
  private let confidence: Double
  private var rows: [(prediction: ExplainedModel.Prediction, key: Key, value: Double)] = []
  private var values: [Key: [(id: String, value: Double)]] = [:]
  /// Methods and measures in order of appearance.
  private var keys: [Key] = []

  /// An empty table.
  init(baselines: [BaselineMap], confidence: Double) {
    (self.baselines, self.confidence) = (baselines, confidence)
  }

  /// Adds the value of a measure for one image; rounded, so that files are the same everywhere.
  mutating func add(
    _ measure: Measure, _ value: Double, method: String, _ prediction: ExplainedModel.Prediction
  ) {
    let key = Key(method: method, measure: measure)
    let value = ComparisonTable.rounded(value)
    if values[key] == nil { keys.append(key) }
    values[key, default: []].append((prediction.sample.id, value))
    rows.append((prediction, key, value))
  }

  /// Adds the values of an agreement.
  mutating func add(
    _ agreement: MapAgreement, as measures: (Measure, Measure, Measure), method: String,
    _ prediction: ExplainedModel.Prediction
  ) {
    add(measures.0, agreement.spearman, method: method, prediction)
    add(measures.1, agreement.iou, method: method, prediction)
    if let ssim = agreement.ssim { add(measures.2, ssim, method: method, prediction) }
  }

  private func isBaseline(_ method: String) -> Bool {
    baselines.contains { $0.rawValue == method }
  }

  private func interval(_ key: Key) -> MeanInterval {
    MeanInterval(of: (values[key] ?? []).map(\.value), confidence: confidence)
  }

  /// The gain of a method over the baseline with the best mean; `nil` for baselines and for measures
  /// without one.
  func gain(of method: String, in measure: Measure) -> Gain? {
    guard measure.hasBaseline, let better = measure.better, !isBaseline(method),
      let own = values[Key(method: method, measure: measure)]
    else { return nil }
    var best: (baseline: BaselineMap, differences: [Double])?
    for baseline in baselines {
      guard let others = values[Key(method: baseline.rawValue, measure: measure)] else { continue }
      let byID = Dictionary(others.map { ($0.id, $0.value) }) { first, _ in first }
      let differences = own.compactMap { own in
        byID[own.id].map { better == .higher ? own.value - $0 : $0 - own.value }
      }
      guard !differences.isEmpty else { continue }
      // The smallest gain is the one over the best baseline, as the images are the same for all.
      let sum = differences.reduce(0, +)
      if best.map({ sum < $0.differences.reduce(0, +) }) ?? true { best = (baseline, differences) }
    }
    guard let best else { return nil }
    let test = PairedTTest(best.differences, confidence: confidence)
    return Gain(baseline: best.baseline, mean: test.mean, bounds: test.bounds)
  }

  /// Methods that have no gain over the best baseline, with the measures, in order of appearance.
  var withoutGain: [(method: String, measures: [Measure])] {
    var found: [(method: String, measures: [Measure])] = []
    for key in keys {
      guard let gain = gain(of: key.method, in: key.measure), !gain.isGain else { continue }
      if let place = found.firstIndex(where: { $0.method == key.method }) {
        found[place].measures.append(key.measure)
      } else {
        found.append((key.method, [key.measure]))
      }
    }
    return found
  }

  /// `measures.csv`: one row per image, method and measure, in the order they were added.
  var measures: CSVTable {
    CSVTable(
      columns: ["id", "label", "right", "method", "measure", "value"],
      rows: rows.map { row in
        [
          row.prediction.sample.id, row.prediction.sample.label, String(row.prediction.isRight),
          row.key.method, row.key.measure.rawValue, decimal(row.value, 6),
        ]
      })
  }

  /// `gains.csv`: one row per method and measure.
  var gains: CSVTable {
    CSVTable(
      columns: GainsFormat.columns,
      rows: keys.map { key in
        let interval = interval(key)
        let gain = gain(of: key.method, in: key.measure)
        let numbers = [interval.mean, interval.bounds?.lowerBound, interval.bounds?.upperBound]
        let gains = [gain?.mean, gain?.bounds?.lowerBound, gain?.bounds?.upperBound]
        let verdict =
          isBaseline(key.method)
          ? "baseline" : gain.map { $0.isGain ? "gain" : "no-gain" } ?? ""
        return [key.method, key.measure.rawValue, String(interval.count)]
          + numbers.map(ComparisonTable.roundedText)
          + [key.measure.better.map { "\($0)" } ?? "", gain?.baseline.rawValue ?? ""]
          + gains.map(ComparisonTable.roundedText) + [verdict]
      })
  }

  /// The means `METHOD/MEASURE`, and the gains with their intervals, `METHOD/MEASURE/gain`,
  /// `/gain-low` and `/gain-high`.
  var metrics: [String: Double] {
    var metrics: [String: Double] = [:]
    for key in keys {
      let name = "\(key.method)/\(key.measure.rawValue)"
      metrics[name] = ComparisonTable.rounded(interval(key).mean)
      guard let gain = gain(of: key.method, in: key.measure) else { continue }
      metrics[name + "/gain"] = ComparisonTable.rounded(gain.mean)
      metrics[name + "/gain-low"] = gain.bounds.map { ComparisonTable.rounded($0.lowerBound) }
      metrics[name + "/gain-high"] = gain.bounds.map { ComparisonTable.rounded($0.upperBound) }
    }
    return metrics
  }
}
