internal import Foundation

/// A perceptual fingerprint of an image: 256 bits, nearly all of which its copies share.
///
/// The image is shrunk to 64 x 64 grey pixels, and the signs of the lowest 16 x 16 frequencies of
/// their cosine transform are kept (pHash: Zauner 2010, "Implementation and benchmarking of
/// perceptual image hash functions", at twice the side, and with 0 in place of the median). The bit
/// of the frequency of u waves across and v down is bit `8 * (v / 2) + u / 2` of word
/// `u % 2 + 2 * (v % 2)`. A mirrored image has the same frequencies, the odd ones with the opposite
/// sign, and a transposed one has u and v exchanged: the hashes of all eight flips and turns of an
/// image follow from its own.
///
/// Another compression, size, blur, brightness or contrast flips about 10 bits; images of different
/// cells differ in 57 or more, turned or not.
public struct PerceptualHash: Sendable, Hashable {
  /// The number of bits.
  public static let bits = 256
  /// The bits by parity of the frequency: even both ways, odd across, odd down, odd both ways.
  public let words: SIMD4<UInt64>

  /// The side of the shrunk image in pixels, and the number of frequencies kept per axis.
  private static let (side, kept) = (64, 16)

  /// The hash of an image.
  public init(_ image: Image) {
    let small = image.grey.resized(width: Self.side, height: Self.side)
    let frequencies = Self.lowFrequencies(small.pixels)
    var words = SIMD4<UInt64>()
    for (index, frequency) in frequencies.enumerated() where frequency > 0 {
      let (v, u) = index.quotientAndRemainder(dividingBy: Self.kept)
      words[u % 2 + 2 * (v % 2)] |= 1 << UInt64(8 * (v / 2) + u / 2)
    }
    self.words = words
  }

  private init(words: SIMD4<UInt64>) { self.words = words }

  /// The hash of the image mirrored along its main diagonal.
  var transposed: PerceptualHash {
    PerceptualHash(
      words: SIMD4(
        Self.transposed(words[0]), Self.transposed(words[2]), Self.transposed(words[1]),
        Self.transposed(words[3])))
  }

  /// A word as 8 x 8 bits with rows and columns exchanged.
  private static func transposed(_ word: UInt64) -> UInt64 {
    var word = word
    for (shift, mask) in [
      (7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0),
    ] as [(UInt64, UInt64)] {
      let moved = (word ^ (word >> shift)) & mask
      word ^= moved ^ (moved << shift)
    }
    return word
  }

  /// The number of bits that differ, from 0 to 256.
  @inline(__always)
  public func distance(to other: PerceptualHash) -> Int {
    let differing = words ^ other.words
    return differing[0].nonzeroBitCount + differing[1].nonzeroBitCount
      + differing[2].nonzeroBitCount + differing[3].nonzeroBitCount
  }

  /// The smallest distance of the eight flips and turns of this image to another, 0 to 256.
  public func turnedDistance(to other: PerceptualHash) -> Int {
    min(mirroredDistance(to: other), transposed.mirroredDistance(to: other))
  }

  /// The smallest distance of the four flips of this image to another.
  ///
  /// A flip across inverts the bits that are odd across, and so on.
  @inline(__always)
  func mirroredDistance(to other: PerceptualHash) -> Int {
    let differing = words ^ other.words
    let across = differing[1].nonzeroBitCount
    let down = differing[2].nonzeroBitCount
    let both = differing[3].nonzeroBitCount
    return differing[0].nonzeroBitCount
      + min(
        min(across + down + both, 128 - across + down - both),
        min(128 + across - down - both, 128 - across - down + both))
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
