import Foundation
import Testing

/// `intervals.json`: results of SciPy and statsmodels; see `intervals.py`.
struct ReferenceNumbers: Decodable {
  struct Beta: Decodable {
    let x, a, b, value: Double
  }

  struct Quantile: Decodable {
    let freedom: Double?
    let share, value: Double
  }

  struct Tail: Decodable {
    let freedom, t, upper: Double
  }

  struct Mean: Decodable {
    let values: [Double]
    let confidence, mean, deviation, low, high: Double
  }

  struct Pair: Decodable {
    let a, b: [Double]
    let statistic, p, low, high, factor, corrected, correctedP: Double
  }

  struct Share: Decodable {
    let successes, trials: Int
    let confidence, low, high: Double
  }

  let beta: [Beta]
  let student: [Quantile]
  let tails: [Tail]
  let normal: [Quantile]
  let means: [Mean]
  let pairs: [Pair]
  let wilson: [Share]

  static func load() throws -> ReferenceNumbers {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/intervals.json", withExtension: nil))
    return try JSONDecoder().decode(ReferenceNumbers.self, from: Data(contentsOf: url))
  }
}

/// Whether two numbers agree to nine digits, or to 1e-12 near 0.
func agrees(_ value: Double?, _ reference: Double) -> Bool {
  guard let value else { return false }
  return abs(value - reference) <= 1e-9 * abs(reference) + 1e-12 * (abs(reference) < 1e-3 ? 0 : 1)
    || abs(value - reference) <= 1e-15
}
