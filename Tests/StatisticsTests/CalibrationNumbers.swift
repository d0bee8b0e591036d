import Foundation
import Testing

/// `calibration.json`: results of torch, netcal, scikit-learn and MAPIE; see `calibration.py`.
struct CalibrationNumbers: Decodable {
  struct Temperature: Decodable {
    let torch, netcal: Double
  }

  struct Vector: Decodable {
    let factors, offsets: [Double]
    let loss, plainLoss: Double
    /// The probabilities of the first rows without a penalty.
    let plain: [[Double]]
  }

  struct Isotonic: Decodable {
    let places, values, asked, found: [Double]
    let knots: Int
  }

  struct Conformal: Decodable {
    let levels: [Double]
    let penalty: Double
    let rank: Int
    let draws: [Double]
    /// The score of each calibration sample's label, by method.
    let scores: [String: [Double]]
    /// The threshold of each level, by method.
    let thresholds: [String: [Double]]
    /// Whether each class is in the set: levels x samples x classes, by method.
    let sets: [String: [[[Int]]]]
  }

  struct Risk: Decodable {
    let shares: [Double]
    let level, threshold: Double
  }

  let logits: [[Double]]
  let labels: [Int]
  /// The logits of other samples, whose sets are known.
  let new: [[Double]]
  let temperature: Temperature
  let vector: Vector
  let isotonic: [Isotonic]
  let conformal: Conformal
  let risk: [Risk]

  static func load() throws -> CalibrationNumbers {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/calibration.json", withExtension: nil))
    return try JSONDecoder().decode(CalibrationNumbers.self, from: Data(contentsOf: url))
  }
}

/// A stream of seeded numbers for simulations (SplitMix64: Steele, Lea and Flood 2014).
struct SimulationDraws: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number from 0 to 1, without 1.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// Probabilities of some classes, often one of them near 1, and a label drawn from others: a model
  /// that is too sure.
  mutating func sample(classes: Int) -> (probabilities: [Double], label: Int) {
    let weights = (0..<classes).map { _ in pow(uniform(), 3) + 0.01 }
    let truth = weights.map { $0 / weights.reduce(0, +) }
    let sharp = weights.map { $0 * $0 }
    var rest = uniform()
    var label = classes - 1
    for (index, share) in truth.enumerated() {
      rest -= share
      if rest < 0 {
        label = index
        break
      }
    }
    return (sharp.map { $0 / sharp.reduce(0, +) }, label)
  }
}
