internal import Foundation

/// Random numbers from a seed: SplitMix64 (Steele, Lea and Flood 2014).
///
/// Concrete and in this module, so that loops over millions of draws are compiled for it.
struct CounterRandom: RandomNumberGenerator {
  private var state: UInt64

  /// The stream of a seed.
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [0, 1) with 53 random bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<count; the bias is below count / 2^64.
  mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A number of the exponential distribution with mean 1.
  mutating func exponential() -> Double { -log1p(-uniform()) }

  /// A standard normal number (Box-Muller transform, first of the pair).
  mutating func normal() -> Double {
    (2 * exponential()).squareRoot() * cos(2 * .pi * uniform())
  }
}
