internal import PipelineDSL

/// The mean of paired differences, with a 95 % interval by the percentile bootstrap over pairs
/// (Efron 1979; Efron and Tibshirani 1993, chapter 13).
struct PairedBootstrap: Sendable, Hashable {
  /// The number of resamples.
  static let resamples = 10_000
  /// The minimum number of pairs for a meaningful interval.
  static let fewest = 3

  /// The number of pairs.
  let pairs: Int
  /// The mean difference.
  let mean: Double
  /// The 2.5th percentile of the means of resamples.
  let low: Double
  /// The 97.5th percentile.
  let high: Double

  /// The pairs in each resample, drawn once and used for every metric of a group of cells.
  struct Draws {
    let pairs: Int
    /// `resamples` times `pairs` indices, one resample after the other.
    let places: [Int32]

    /// Draws that depend only on a seed and the number of pairs.
    init(pairs: Int, seed: UInt64) {
      self.pairs = pairs
      var stream = RandomStream(
        seed: seed, kind: "diff", sample: String(pairs), purpose: "bootstrap")
      places = (0..<PairedBootstrap.resamples * pairs).map { _ in Int32(stream.below(pairs)) }
    }
  }

  /// The interval for some differences, one per pair, all finite.
  ///
  /// - Precondition: There are as many differences as pairs in the draws.
  init(_ differences: [Double], _ draws: Draws) {
    precondition(differences.count == draws.pairs, "the draws are for \(draws.pairs) pairs")
    let count = differences.count
    pairs = count
    mean = differences.reduce(0, +) / Double(count)
    var means = [Double](repeating: 0, count: Self.resamples)
    draws.places.withUnsafeBufferPointer { places in
      differences.withUnsafeBufferPointer { differences in
        for index in means.indices {
          var sum = 0.0
          for place in index * count..<(index + 1) * count {
            sum += differences[Int(places[place])]
          }
          means[index] = sum / Double(count)
        }
      }
    }
    means.sort()
    low = Self.quantile(0.025, of: means)
    high = Self.quantile(0.975, of: means)
  }

  /// A quantile of sorted values, with linear interpolation as in NumPy's default method.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[below] }
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (position - Double(below))
  }
}
