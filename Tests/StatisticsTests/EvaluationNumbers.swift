import Foundation
import Testing

/// `evaluation.json`: results of SciPy, statsmodels and scikit-learn; see `evaluation.py`.
struct EvaluationNumbers: Decodable {
  struct Value: Decodable {
    let x, value: Double
    let a, b: Double?
  }

  struct Accelerated: Decodable {
    let name: String
    let estimate, confidence, acceleration, low, high, plainLow, plainHigh: Double
    let resampled, jackknife: [Double]
  }

  struct Area: Decodable {
    let name: String
    let scores, others: [Double]
    let positive: [Bool]
    let area, variance, low, high, second, difference, differenceVariance: Double
    let statistic, p, differenceLow, differenceHigh: Double
  }

  struct Bin: Decodable {
    let confidence, accuracy: Double
    let count: Int
  }

  struct Bins: Decodable {
    let expected, maximum: Double
    let bins: [Bin]
  }

  struct Calibration: Decodable {
    let name: String
    let confidences: [Double]
    let right: [Bool]
    let count: Int
    let width, mass: Bins
  }

  struct Brier: Decodable {
    let name: String
    let bins: Int
    let labels: [Int]
    let probabilities: [[Double]]
    let score, reliability, resolution, uncertainty, withinBins: Double
  }

  struct Curve: Decodable {
    let name: String
    let scores: [Double]
    let positive: [Bool]
    let falsePositives, truePositives, precision, recall, thresholds: [Double]
    let area, averagePrecision: Double
  }

  struct Risk: Decodable {
    let coverage, risk: Double
  }

  struct Coverage: Decodable {
    let name: String
    let confidences: [Double]
    let right: [Bool]
    let area: Double
    let points: [Risk]
  }

  struct Groups: Decodable {
    let name: String
    let groups, weights: [Int32]
    let scores, rest: [Double]
    let positive: [Bool]
    let weighted: Double
  }

  let normal: [Value]
  let clopper: [ReferenceNumbers.Share]
  let inverses: [Value]
  let accelerated: [Accelerated]
  let delong: [Area]
  let calibration: [Calibration]
  let brier: [Brier]
  let curves: [Curve]
  let coverage: [Coverage]
  let groups: [Groups]
  let random: [String]

  static func load() throws -> EvaluationNumbers {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/evaluation.json", withExtension: nil))
    return try JSONDecoder().decode(EvaluationNumbers.self, from: Data(contentsOf: url))
  }
}

/// Whether two lists of numbers agree, element by element.
func agrees(_ values: [Double], _ reference: [Double]) -> Bool {
  values.count == reference.count && zip(values, reference).allSatisfy { agrees($0, $1) }
}
