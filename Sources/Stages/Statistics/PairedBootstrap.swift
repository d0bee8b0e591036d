/// The mean of paired differences, with a 95 % interval by the percentile bootstrap over pairs
/// (Efron 1979; Efron and Tibshirani 1993, chapter 13).
public struct PairedBootstrap: Sendable, Hashable {
  /// The number of resamples.
  public static let resamples = 10_000
  /// The minimum number of pairs for a meaningful interval.
  public static let fewest = 3

  /// The number of pairs.
  public let pairs: Int
  /// The mean difference.
  public let mean: Double
  /// The 2.5th percentile of the means of resamples.
  public let low: Double
  /// The 97.5th percentile.
  public let high: Double

  /// The pairs in each resample, drawn once and used for every metric of a group of cells.
  public struct Draws: Sendable {
    /// The number of pairs.
    public let pairs: Int
    /// `resamples` times `pairs` indices, one resample after the other.
    let places: [Int32]

    /// Draws of some pairs; `below` gives a random whole number from 0 to below its argument.
    public init(pairs: Int, below: (Int) -> Int) {
      self.pairs = pairs
      places = (0..<PairedBootstrap.resamples * pairs).map { _ in Int32(below(pairs)) }
    }
  }

  /// The interval for some differences, one per pair, all finite.
  ///
  /// - Precondition: There are as many differences as pairs in the draws.
  public init(_ differences: [Double], _ draws: Draws) {
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
  ///
  /// - Precondition: There is at least one value, and the share is from 0 to 1.
  public static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(share), "the quantile of \(share)")
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[below] }
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (position - Double(below))
  }
}
