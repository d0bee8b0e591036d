/// Counter-based random numbers: the n-th number is a hash of a key and n.
///
/// The key comes from (seed, source, image, purpose), so each image has its own stream and adding
/// an image changes no other. The hash is the finaliser of SplitMix64 (Steele, Lea and Flood
/// 2014), a bijection on 64 bits.
struct CounterRandom: Sendable {
  let key: UInt64
  private var counter: UInt64 = 0

  init(seed: UInt64, source: String, image: Int, purpose: String) {
    // FNV-1a over the names; the unit separator cannot occur in a name.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(source)\u{1F}\(purpose)".utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    key = Self.mix(Self.mix(hash &+ Self.mix(seed)) &+ UInt64(bitPattern: Int64(image)))
  }

  /// The finaliser of SplitMix64.
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
  }

  /// A number in [0, 1) with 24 random bits.
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number in [low, high).
  mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// An integer in `range`.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    let count = UInt64(range.upperBound - range.lowerBound + 1)
    return range.lowerBound + Int(next().multipliedFullWidth(by: count).high)
  }

  /// True with the given probability.
  mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

  /// A bell-shaped number with mean 0 and variance 1, within 3.5 (sum of four uniforms).
  ///
  /// The bound avoids far tails, which living cells do not have.
  mutating func bell() -> Float {
    (uniform() + uniform() + uniform() + uniform() - 2) * 1.732_050_8
  }

  /// An angle in [0, 2 pi).
  mutating func angle() -> Float { uniform(0, 2 * .pi) }

  /// A random one of weighted choices; weights need not sum to 1.
  mutating func choose<Choice>(_ weighted: [(Choice, Float)]) -> Choice {
    var left = uniform() * weighted.reduce(0) { $0 + $1.1 }
    for (choice, weight) in weighted.dropLast() {
      left -= weight
      if left < 0 { return choice }
    }
    return weighted[weighted.count - 1].0
  }
}
