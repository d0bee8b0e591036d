internal import Foundation

/// The posterior probabilities that paired differences lie below, within or above a region of
/// practical equivalence.
///
/// This is the Bayesian signed-rank test of Benavoli and others (2014 and 2017).
/// The distribution of differences has a Dirichlet process as prior, of strength 1/2, all of it at 0.
/// Each of many draws from the posterior weights the observations, and the region in which most of
/// the weighted means of two of them lie wins the draw. A difference must be from minus `rope` to
/// `rope` to count as none.
public struct BayesianSignedRank: Sendable, Hashable {
  /// The default number of draws.
  public static let draws = 50_000
  /// The strength of the prior, in observations.
  public static let prior = 0.5

  /// The probability that differences are below minus `rope`.
  public let below: Double
  /// The probability that they are practically equal to 0.
  public let within: Double
  /// The probability that they are above `rope`.
  public let above: Double

  /// The probabilities for some differences, one per pair; a function of its arguments alone.
  ///
  /// The standard error of each is at most 0.5 divided by the square root of the number of draws.
  ///
  /// - Precondition: All differences are finite, `rope` is at least 0, and there is a draw.
  public init(
    _ differences: [Double], rope: Double, seed: UInt64, draws: Int = Self.draws
  ) {
    precondition(differences.allSatisfy(\.isFinite), "a difference is not finite")
    precondition(rope >= 0 && rope.isFinite && draws > 0, "a region of \(rope)")
    // The prior's observation is the only one whose weight has another distribution.
    let values = [0] + differences
    let order = values.indices.sorted { values[$0] < values[$1] }
    let prior = order.firstIndex(of: 0) ?? 0
    let cuts = Cuts(order.map { values[$0] }, rope: rope)
    var random = SeededRandom(seed: seed)
    var wins = (below: 0, within: 0, above: 0)
    // Weights summed up to each value; without the division by their sum, which decides nothing.
    var sums = [Double](repeating: 0, count: values.count + 1)
    for _ in 0..<draws {
      for place in order.indices {
        // A gamma number of shape 1/2 is half a squared normal one.
        let normal = place == prior ? random.normal() : 0
        let weight = place == prior ? normal * normal / 2 : random.exponential()
        sums[place + 1] = sums[place] + weight
      }
      let areas = cuts.areas(sums)
      if areas.below >= areas.within, areas.below >= areas.above {
        wins.below += 1
      } else if areas.within >= areas.above {
        wins.within += 1
      } else {
        wins.above += 1
      }
    }
    let count = Double(draws)
    below = Double(wins.below) / count
    within = Double(wins.within) / count
    above = Double(wins.above) / count
  }

  /// Where, for each sorted value, its partners begin whose sum with it passes a bound.
  private struct Cuts {
    /// The first partner whose sum is at least -2 rope, and the first above it.
    var low: [(at: Int, above: Int)] = []
    /// The first partner whose sum is at least 2 rope, and the first above it.
    var high: [(at: Int, above: Int)] = []

    init(_ values: [Double], rope: Double) {
      for value in values {
        func first(_ isBeyond: (Double) -> Bool) -> Int {
          values.firstIndex { isBeyond(value + $0) } ?? values.count
        }
        low.append((first { $0 >= -2 * rope }, first { $0 > -2 * rope }))
        high.append((first { $0 >= 2 * rope }, first { $0 > 2 * rope }))
      }
    }

    /// The weight of pairs in each region; pairs on a bound count half on either side.
    func areas(_ sums: [Double]) -> (below: Double, within: Double, above: Double) {
      let total = sums[sums.count - 1]
      var (below, above) = (0.0, 0.0)
      for place in low.indices {
        let weight = sums[place + 1] - sums[place]
        below += weight * (sums[low[place].at] + sums[low[place].above]) / 2
        above += weight * (total - (sums[high[place].at] + sums[high[place].above]) / 2)
      }
      return (below, total * total - below - above, above)
    }
  }
}
