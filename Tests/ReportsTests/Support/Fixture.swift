import Foundation
import Testing

/// Reads a committed file of reference values.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

/// `statistics.json`: results of SciPy, statsmodels and NumPy; see `statistics.py`.
struct StatisticsFixture: Decodable {
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

  static func load() throws -> StatisticsFixture {
    try fixture("statistics.json", as: StatisticsFixture.self)
  }
}
