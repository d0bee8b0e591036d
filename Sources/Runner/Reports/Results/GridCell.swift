internal import Foundation
internal import Statistics

/// One entry of a table of results: our value with its interval, beside the published value.
struct GridCell: Sendable, Hashable {
  /// How an interval was computed.
  enum Method: String, Sendable, Hashable {
    /// Student's t of the mean over repeats.
    case student = "t"
    /// Wilson's interval of an accuracy, from the number of samples.
    case wilson
  }

  /// Our value, for repeats their mean; `nil` if not measured.
  var ours: Double?
  /// The ends of its 95 % interval.
  var bounds: ClosedRange<Double>?
  /// How the interval was computed.
  var method: Method?
  /// The number of repeats with a value.
  var count = 0
  /// The number of repeats in the pipeline.
  var expected = 0
  /// Whether one of the repeats, or a cell that it needs, failed.
  var hasFailed = false
  /// The published value.
  var published: Double?
  /// Where it was published.
  var source = ""

  /// Whether there is nothing to show.
  var isEmpty: Bool { ours == nil && published == nil && !hasFailed }

  /// The state in one word: `value`, `failed` or `missing`.
  var state: String { ours != nil ? "value" : hasFailed ? "failed" : "missing" }

  /// The cell of some repeats of one metric.
  ///
  /// `values` are those of the repeats that have one; `samples` is the number of samples behind the
  /// accuracy of a single repeat.
  init(values: [Double], of expected: Int, samples: Double?, hasFailed: Bool) {
    (count, self.expected, self.hasFailed) = (values.count, expected, hasFailed)
    guard let first = values.first else { return }
    guard values.count == 1 else {
      let interval = MeanInterval(of: values, confidence: ResultsRequest.confidence)
      (ours, bounds) = (interval.mean, interval.bounds)
      method = bounds == nil ? nil : .student
      return
    }
    ours = first
    guard let samples, samples >= 1, samples < 1e15, (0...1).contains(first) else { return }
    let trials = Int(samples)
    let interval = WilsonInterval(
      successes: min(trials, Int((first * samples).rounded())), of: trials,
      confidence: ResultsRequest.confidence)
    (bounds, method) = (interval.low...interval.high, .wilson)
  }

  /// `0.9310 ± 0.0120 (5) | 0.9672`; for a single value of an accuracy `0.9310 [0.9017, 0.9520]`.
  ///
  /// The number of repeats is shown if the table has repeats.
  func text(isRepeated: Bool) -> String {
    var text = hasFailed ? "failed" : "–"
    if let ours {
      text = Display.number(ours)
      if let bounds, method == .student {
        text += " ± " + Display.number((bounds.upperBound - bounds.lowerBound) / 2)
      } else if let bounds {
        text += " [\(Display.number(bounds.lowerBound)), \(Display.number(bounds.upperBound))]"
      }
      if isRepeated { text += count < expected ? " (\(count) of \(expected))" : " (\(count))" }
    }
    return published.map { "\(text) | \(Display.number($0))" } ?? text
  }
}
