internal import Foundation

/// A perceptual fingerprint of an image: 256 bits, nearly all of which its copies share.
///
/// The image is shrunk to 64 x 64 grey pixels, and the lowest 16 x 16 frequencies of their cosine
/// transform are kept. Bit `16 * v + u` states whether the frequency of u waves across and v down
/// is above the median of them all (pHash: Zauner 2010, "Implementation and benchmarking of
/// perceptual image hash functions", at twice the side). Another compression, size, blur,
/// brightness or contrast flips about 10 bits; images of different cells differ in 34 or more, even
/// on black backgrounds, where hashes of gradients agree because of the background alone. A flipped
/// image, or one rotated by 90 degrees, has a different hash.
public struct PerceptualHash: Sendable, Hashable {
  /// The number of bits.
  public static let bits = 256
  /// Bit b is bit `b % 64` of word `b / 64`.
  public let words: SIMD4<UInt64>

  /// The side of the shrunk image in pixels, and the number of frequencies kept per axis.
  private static let (side, kept) = (64, 16)

  /// The hash of an image.
  public init(_ image: Image) {
    let small = image.grey.resized(width: Self.side, height: Self.side)
    let frequencies = Self.lowFrequencies(small.pixels)
    let sorted = frequencies.sorted()
    let twiceMedian = sorted[Self.bits / 2 - 1] + sorted[Self.bits / 2]
    var words = SIMD4<UInt64>()
    for (bit, frequency) in frequencies.enumerated() where 2 * frequency > twiceMedian {
      words[bit / 64] |= 1 << UInt64(bit % 64)
    }
    self.words = words
  }

  /// The number of bits that differ, from 0 to 256.
  @inline(__always)
  public func distance(to other: PerceptualHash) -> Int {
    let differing = words ^ other.words
    return differing[0].nonzeroBitCount + differing[1].nonzeroBitCount
      + differing[2].nonzeroBitCount + differing[3].nonzeroBitCount
  }

  /// Whether at most `limit` bits differ; one word is enough to reject distant pairs.
  @inline(__always)
  func isWithin(_ limit: Int, of other: PerceptualHash) -> Bool {
    (words[0] ^ other.words[0]).nonzeroBitCount <= limit && distance(to: other) <= limit
  }

  /// The lowest 16 x 16 frequencies of 64 x 64 samples, one row per v.
  ///
  /// The cosines are integers, so that the sums are exact and those of a flat image are 0.
  private static func lowFrequencies(_ samples: [UInt8]) -> [Int] {
    var across = [Int](repeating: 0, count: side * kept)
    for y in 0..<side {
      for u in 0..<kept {
        var sum = 0
        for x in 0..<side { sum += Int(samples[y * side + x]) * cosines[u * side + x] }
        across[y * kept + u] = sum
      }
    }
    var both = [Int](repeating: 0, count: kept * kept)
    for v in 0..<kept {
      for y in 0..<side {
        let cosine = cosines[v * side + y]
        for u in 0..<kept { both[v * kept + u] += across[y * kept + u] * cosine }
      }
    }
    return both
  }

  /// The orthonormal cosine transform, up to a factor: `kept` rows of `side` numbers.
  private static let cosines: [Int] = (0..<kept).flatMap { u in
    (0..<side).map { x in
      guard u > 0 else { return Int((0.5.squareRoot() * 65_536).rounded()) }
      let angle = Double((2 * x + 1) * u) * .pi / Double(2 * side)
      return Int((cos(angle) * 65_536).rounded())
    }
  }
}
