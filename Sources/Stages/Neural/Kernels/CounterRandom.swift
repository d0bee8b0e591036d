internal import Foundation

/// Random numbers addressed by a counter: the n-th draw of a key, in any order, from any thread.
///
/// A draw is SplitMix64's finaliser (Steele, Lea and Flood 2014) of key + n times its odd constant.
struct CounterRandom: Sendable {
  private let key: UInt64

  /// Creates a generator from a seed and words that identify its purpose.
  init(seed: UInt64, _ words: UInt64...) {
    key = words.reduce(Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)) {
      Self.mixed($0 ^ Self.mixed($1 &+ 0x9E37_79B9_7F4A_7C15))
    }
  }

  /// The n-th 64-bit word.
  func bits(_ n: Int) -> UInt64 {
    Self.mixed(key &+ UInt64(truncatingIfNeeded: n) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// The n-th number in [0, 1), with 24 random bits, exact in single precision.
  func uniform(_ n: Int) -> Float { Float(bits(n) >> 40) * 0x1p-24 }

  /// The n-th standard normal number (Box and Muller).
  func normal(_ n: Int) -> Double {
    let first = 1 - Double(bits(2 * n) >> 11) * 0x1p-53
    let second = Double(bits(2 * n + 1) >> 11) * 0x1p-53
    return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
  }

  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
