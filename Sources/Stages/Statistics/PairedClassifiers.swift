/// The difference of accuracy and macro-F1 between two classifiers of the same samples, with
/// percentile intervals by the bootstrap over samples (Efron and Tibshirani 1993).
///
/// Macro-F1 is the mean over all classes, of which one without samples and predictions counts 0.
/// Samples are resampled independently; of samples of one patient, the intervals are too narrow.
public struct PairedClassifiers: Sendable, Hashable {
  /// A difference, second minus first, with its interval and its test.
  public struct Difference: Sendable, Hashable {
    /// The value of the first classifier.
    public let first: Double
    /// The value of the second classifier.
    public let second: Double
    /// The lower end of the interval of second minus first.
    public let low: Double
    /// The upper end.
    public let high: Double
    /// Twice the smaller share of resamples on either side of 0, counting the data themselves as
    /// one resample (Davison and Hinkley 1997, section 4.2); at most 1.
    public let pValue: Double
  }

  /// The default number of resamples.
  public static let resamples = 10_000

  /// The number of samples.
  public let samples: Int
  /// McNemar's test of the errors: b only the first has right, c only the second.
  public let mcnemar: McNemarTest
  /// The difference of accuracy.
  public let accuracy: Difference
  /// The difference of macro-F1.
  public let macroF1: Difference

  /// Compares the predictions of two classifiers; a function of its arguments alone.
  ///
  /// - Precondition: There is at least one sample, the lists have one length, every class is from 0
  ///   to below `classes`, and the confidence is above 0 and below 1.
  public init(
    truths: [Int], first: [Int], second: [Int], classes: Int, confidence: Double = 0.95,
    seed: UInt64, resamples: Int = Self.resamples
  ) {
    precondition(!truths.isEmpty, "a comparison of nothing")
    precondition(truths.count == first.count && truths.count == second.count)
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    let samples = truths.indices.map {
      Self.outcome(truths[$0], first[$0], second[$0], classes)
    }
    self.samples = samples.count
    let right = zip(truths, first).map { $0 == $1 }
    let other = zip(truths, second).map { $0 == $1 }
    mcnemar = McNemarTest(
      b: zip(right, other).count { $0 && !$1 }, c: zip(right, other).count { !$0 && $1 })
    let whole = Tally(samples, classes)
    let distinct = Outcomes(samples)
    var random = SeededRandom(seed: seed)
    var (accuracies, scores) = ([Double](), [Double]())
    for _ in 0..<resamples {
      let drawn = Tally(distinct.values, distinct.draw(&random), classes)
      accuracies.append(drawn.second.accuracy - drawn.first.accuracy)
      scores.append(drawn.second.macroF1 - drawn.first.macroF1)
    }
    accuracy = Self.difference(
      whole.first.accuracy, whole.second.accuracy, accuracies, confidence)
    macroF1 = Self.difference(whole.first.macroF1, whole.second.macroF1, scores, confidence)
  }

  /// A sample's class, and what both predict, as one number.
  private static func outcome(_ truth: Int, _ first: Int, _ second: Int, _ classes: Int) -> Int {
    let range = 0..<classes
    precondition(
      range.contains(truth) && range.contains(first) && range.contains(second),
      "a class is not below \(classes)")
    return (truth * classes + first) * classes + second
  }

  private static func difference(
    _ first: Double, _ second: Double, _ values: [Double], _ confidence: Double
  ) -> Difference {
    let sorted = values.sorted()
    let (below, above) = (sorted.count { $0 <= 0 }, sorted.count { $0 >= 0 })
    let tail = Double(min(below, above) + 1) / Double(sorted.count + 1)
    return Difference(
      first: first, second: second,
      low: PairedBootstrap.quantile((1 - confidence) / 2, of: sorted),
      high: PairedBootstrap.quantile((1 + confidence) / 2, of: sorted), pValue: min(1, 2 * tail))
  }
}

/// The distinct outcomes of samples: a resample is a count of each.
private struct Outcomes {
  /// The distinct outcomes, sorted.
  let values: [Int]
  /// The place of each sample's outcome among them.
  private let places: [Int]

  init(_ samples: [Int]) {
    let values = Set(samples).sorted()
    let index = Dictionary(uniqueKeysWithValues: zip(values, values.indices))
    (self.values, places) = (values, samples.map { index[$0] ?? 0 })
  }

  /// The number of samples with each outcome in a resample.
  func draw(_ random: inout SeededRandom) -> [Int] {
    var counts = [Int](repeating: 0, count: values.count)
    places.withUnsafeBufferPointer { places in
      counts.withUnsafeMutableBufferPointer { counts in
        for _ in 0..<places.count { counts[places[random.below(places.count)]] += 1 }
      }
    }
    return counts
  }
}

/// What two classifiers get right, by class.
private struct Tally {
  /// Counts of one classifier.
  struct Counts {
    var hits: [Int]
    /// True members plus predicted members of each class.
    var members: [Int]
    var samples = 0

    var accuracy: Double { Double(hits.reduce(0, +)) / Double(samples) }

    var macroF1: Double {
      zip(hits, members).reduce(0) { $0 + ($1.1 > 0 ? 2 * Double($1.0) / Double($1.1) : 0) }
        / Double(hits.count)
    }
  }

  private(set) var first: Counts
  private(set) var second: Counts

  init(_ samples: [Int], _ classes: Int) {
    self.init(samples, [Int](repeating: 1, count: samples.count), classes)
  }

  init(_ outcomes: [Int], _ counts: [Int], _ classes: Int) {
    let zeros = [Int](repeating: 0, count: classes)
    (first, second) = (Counts(hits: zeros, members: zeros), Counts(hits: zeros, members: zeros))
    for (outcome, count) in zip(outcomes, counts) {
      let truth = outcome / (classes * classes)
      first.add(truth, outcome / classes % classes, count)
      second.add(truth, outcome % classes, count)
    }
  }
}

extension Tally.Counts {
  fileprivate mutating func add(_ truth: Int, _ predicted: Int, _ count: Int) {
    samples += count
    members[truth] += count
    members[predicted] += count
    if truth == predicted { hits[truth] += count }
  }
}
