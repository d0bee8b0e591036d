import Foundation
import Testing

/// `pairs.json`: results of SciPy, statsmodels and NumPy; see `pairs.py`.
struct PairReferences: Decodable {
  struct Test: Decodable {
    let b: Int
    let c: Int
    let exact: Bool
    let statistic: Double
    let p: Double
    let binomial: Double?
  }

  struct Interval: Decodable {
    let name: String
    let values: [Double]
    let mean: Double
    let low: Double
    let high: Double
    let error: Double
  }

  struct Quantile: Decodable {
    let values: [Double]
    let share: Double
    let value: Double
  }

  let mcnemar: [Test]
  let bootstrap: [Interval]
  let quantile: [Quantile]

  static func load() throws -> PairReferences {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/pairs.json", withExtension: nil))
    return try JSONDecoder().decode(PairReferences.self, from: Data(contentsOf: url))
  }
}
