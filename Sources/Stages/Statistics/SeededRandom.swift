internal import Foundation

/// A small generator of random numbers that gives the same ones on every machine.
///
/// SplitMix64 (Steele, Lea and Flood 2014): number i is a hash of the start and i, so streams of one
/// seed may be drawn in any order.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream with a number among those of a seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    // Hashed once more, so that neighbouring streams do not share numbers.
    state = Self.mixed(seed ^ Self.mixed(stream &+ Self.step))
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// A number in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<count, without bias (Lemire 2019).
  ///
  /// - Precondition: The count is positive.
  public mutating func below(_ count: Int) -> Int {
    precondition(count > 0, "nothing to choose from")
    let bound = UInt64(count)
    var product = next().multipliedFullWidth(by: bound)
    guard product.low < bound else { return Int(product.high) }
    let threshold = (0 &- bound) % bound
    while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    return Int(product.high)
  }

  /// A number of the exponential distribution with mean 1.
  public mutating func exponential() -> Double { -log1p(-uniform()) }

  /// A standard normal number (Box-Muller transform, first of the pair).
  public mutating func normal() -> Double {
    (2 * exponential()).squareRoot() * cos(2 * .pi * uniform())
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
