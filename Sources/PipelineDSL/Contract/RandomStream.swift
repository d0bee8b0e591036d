internal import Foundation

/// Random numbers that depend only on (seed, kind, sample id, purpose).
///
/// The state is initialised from the SHA-256 of the four and advances by SplitMix64 (Steele, Lea
/// and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). The conversions to
/// numbers are implemented here because the standard library does not guarantee the same draws in
/// every release.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Creates the stream for one sample and one purpose.
  public init(seed: UInt64, kind: String, sample: String, purpose: String) {
    // The unit separator cannot occur in a name, so different tuples have different texts.
    state = Digest.of("\(seed)\u{1F}\(kind)\u{1F}\(sample)\u{1F}\(purpose)").seed
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in [low, high).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// A whole number in 0..<count, without bias (Lemire's method).
  public mutating func below(_ count: Int) -> Int {
    precondition(count > 0, "nothing to choose from")
    let bound = UInt64(count)
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// A standard normal number (Box-Muller transform, first of the pair).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A Beta(a, a) number for a > 0, as MixUp draws its lambda (Jöhnk for a <= 1, else from gammas).
  public mutating func symmetricBeta(_ a: Double) -> Double {
    if a <= 1 {
      while true {
        let u = pow(uniform(), 1 / a)
        let v = pow(uniform(), 1 / a)
        if u + v > 0, u + v <= 1 { return u / (u + v) }
        // Both powers underflow: almost certainly one is negligible compared with the other.
        if u + v == 0 { return next() >> 63 == 0 ? 0 : 1 }
      }
    }
    let x = gamma(a)
    return x / (x + gamma(a))
  }

  /// A Gamma(shape, 1) number for shape >= 1 (Marsaglia and Tsang 2000).
  private mutating func gamma(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = pow(1 + c * x, 3)
      if v > 0, log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
