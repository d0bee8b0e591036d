import Foundation
import Testing

@testable import Statistics

/// `comparisons.json`: results of SciPy, statsmodels, scikit-posthocs, scikit-learn and baycomp; see
/// `comparisons.py`.
struct ComparisonReferences: Decodable {
  struct Tail: Decodable {
    let freedom, x, upper: Double
  }

  struct Ratio: Decodable {
    let above, below, x, upper: Double
  }

  struct Range: Decodable {
    let groups: Int
    let q, upper: Double
  }

  struct RangeQuantile: Decodable {
    let groups: Int
    let share, value: Double
  }

  struct McNemar: Decodable {
    let b, c: Int
    let exact, mid, low: Double
    let odds, high: Double?
  }

  struct Wilcoxon: Decodable {
    let name: String
    let values: [Double]
    let positive, negative, p, cohen: Double
    let low, high: Double?
  }

  struct Friedman: Decodable {
    struct Pair: Decodable {
      let a, b: Int
      let p: Double
    }

    let name: String
    let values: [[Double]]
    let means: [Double]
    let statistic, p, ratioP, critical: Double
    let ratio: Double?
    let pairs: [Pair]
  }

  struct Correction: Decodable {
    let method: String
    let values, adjusted: [Double]
  }

  struct Cliff: Decodable {
    let x, y: [Double]
    let value: Double
  }

  struct Spearman: Decodable {
    let name: String
    let x, y: [Double]
    let correlation, p: Double
    let low, high: Double?
  }

  struct Bayes: Decodable {
    let name: String
    let values: [Double]
    let rope, below, within, above: Double
  }

  struct Classifiers: Decodable {
    let classes: Int
    let truths, first, second: [Int]
    let accuracy, macroF1, accuracyBounds, macroF1Bounds: [Double]
    let macroF1Error: Double
  }

  let tails: [Tail]
  let ratios: [Ratio]
  let ranges: [Range]
  let rangeQuantiles: [RangeQuantile]
  let mcnemar: [McNemar]
  let wilcoxon: [Wilcoxon]
  let friedman: [Friedman]
  let corrections: [Correction]
  let cliff: [Cliff]
  let spearman: [Spearman]
  let bayes: [Bayes]
  let classifiers: [Classifiers]

  static func load() throws -> ComparisonReferences {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/comparisons.json", withExtension: nil))
    return try JSONDecoder().decode(ComparisonReferences.self, from: Data(contentsOf: url))
  }
}

/// The share of seeded draws without any difference in which a test rejects at 5 %.
func rejections(
  of draws: Int = 1000, seed: UInt64, _ pValue: (inout SeededRandom) -> Double?
) -> Double {
  var random = SeededRandom(seed: seed)
  let rejected = (0..<draws).count { _ in (pValue(&random) ?? 1) < 0.05 }
  return Double(rejected) / Double(draws)
}
