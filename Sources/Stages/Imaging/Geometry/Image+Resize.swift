internal import Foundation

/// The filter that computes the samples of a resized image.
///
/// When an image shrinks, the filter is widened by the scale, so that no pixel is skipped.
public enum Resampling: String, Sendable, CaseIterable {
  /// The mean of the area that a pixel covers; the nearest pixel when an image grows.
  case area
  /// A triangle.
  case bilinear
  /// Keys' cubic with a = -0.5 (Keys 1981, "Cubic convolution interpolation").
  case bicubic
  /// A windowed sinc with three lobes on each side (Lanczos).
  case lanczos

  /// The radius of the filter in pixels.
  var reach: Double {
    switch self {
    case .area: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight at a distance from the centre.
  func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .area: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    case .lanczos: return x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}

extension Image {
  /// The image at another size.
  ///
  /// As Pillow's `resize`, and torchvision's with `antialias=True`: horizontally first, then
  /// vertically, with weights in 22-bit fixed point and samples rounded to 8 bits in between.
  ///
  /// - Precondition: both lengths are positive.
  public func resized(width: Int, height: Int, by filter: Resampling = .bilinear) -> Image {
    precondition(width > 0 && height > 0)
    var image = self
    if width != self.width {
      image = image.resizedAcross(ResampleWeights(self.width, width, filter))
    }
    if height != self.height {
      image = image.resizedDown(ResampleWeights(self.height, height, filter))
    }
    return image
  }

  private func resizedAcross(_ weights: ResampleWeights) -> Image {
    channels == 3 ? coloursAcross(weights) : greyAcross(weights)
  }

  private func greyAcross(_ weights: ResampleWeights) -> Image {
    let target = weights.count
    var out = Image(width: target, height: height, channels: 1)
    pixels.withUnsafeBufferPointer { from in
      for y in 0..<height {
        for x in 0..<target {
          var sum = ResampleWeights.half
          for tap in 0..<weights.taps(x) {
            let sample = from[y * width + weights.first[x] + tap]
            sum &+= Int32(sample) &* weights.values[x * weights.support + tap]
          }
          out.pixels[y * target + x] = ResampleWeights.sample(sum)
        }
      }
    }
    return out
  }

  /// Processes two pixels of three channels at a time; four samples are loaded for each, and the
  /// last one is ignored.
  private func coloursAcross(_ weights: ResampleWeights) -> Image {
    let (target, support) = (weights.count, weights.support)
    let pairs = ResamplePairs(weights)
    // Padding for the loads at the last pixels, which extend beyond them.
    let padded = pixels + [UInt8](repeating: 0, count: 3 * support + 4)
    var row = [UInt8](repeating: 0, count: 6 * pairs.count)
    let out = [UInt8](unsafeUninitializedCapacity: target * height * 3) { result, size in
      size = target * height * 3
      padded.withUnsafeBytes { source in
        row.withUnsafeMutableBufferPointer { row in
          guard let source = source.baseAddress, let result = result.baseAddress,
            let row = row.baseAddress
          else { return }
          for y in 0..<height {
            pairs.mix(source + y * width * 3, into: row)
            (result + y * target * 3).update(from: row, count: target * 3)
          }
        }
      }
    }
    return Image(width: target, height: height, channels: 3, pixels: out)
  }

  private func resizedDown(_ weights: ResampleWeights) -> Image {
    let (target, row) = (weights.count, width * channels)
    var out = [UInt8](repeating: 0, count: target * row)
    var sums = [Int32](repeating: 0, count: row)
    pixels.withUnsafeBufferPointer { source in
      out.withUnsafeMutableBufferPointer { result in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let source = source.baseAddress, let result = result.baseAddress,
            let sums = sums.baseAddress
          else { return }
          for y in 0..<target {
            sums.update(repeating: ResampleWeights.half, count: row)
            for tap in 0..<weights.taps(y) {
              let weight = weights.values[y * weights.support + tap]
              let line = source + (weights.first[y] + tap) * row
              for at in 0..<row { sums[at] &+= Int32(line[at]) &* weight }
            }
            let to = result + y * row
            for at in 0..<row { to[at] = ResampleWeights.sample(sums[at]) }
          }
        }
      }
    }
    return Image(width: width, height: target, channels: channels, pixels: out)
  }
}

/// For each position on a resized axis, the source positions it depends on and their weights.
struct ResampleWeights {
  /// The number of positions on the resized axis.
  let count: Int
  /// The capacity for weights per position.
  let support: Int
  /// The first source position of each position.
  private(set) var first: [Int] = []
  private var last: [Int] = []
  /// `count * support` weights that add up to 2^22 per position.
  private(set) var values: [Int32]

  /// One half in fixed point, which is added for rounding.
  static let half: Int32 = 1 << 21

  init(_ source: Int, _ target: Int, _ filter: Resampling) {
    let scale = Double(source) / Double(target)
    let stretch = max(scale, 1)
    let reach = filter.reach * stretch
    count = target
    support = 2 * Int(reach.rounded(.up)) + 1
    values = [Int32](repeating: 0, count: target * support)
    for place in 0..<target {
      let centre = (Double(place) + 0.5) * scale
      let low = max(Int(centre - reach + 0.5), 0)
      let high = min(Int(centre + reach + 0.5), source)
      var weights = (low..<high).map { at in
        filter.weight((Double(at) - centre + 0.5) / stretch)
      }
      let total = weights.reduce(0, +)
      for index in weights.indices { weights[index] /= total }
      for (index, weight) in weights.enumerated() {
        values[place * support + index] = Int32((weight * 0x1p22).rounded())
      }
      first.append(low)
      last.append(high)
    }
  }

  /// The number of source positions of a position.
  @inline(__always)
  func taps(_ place: Int) -> Int { last[place] - first[place] }

  /// A fixed-point sum as a sample.
  @inline(__always)
  static func sample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> 22, 0), 255))
  }
}

/// Weights of two neighbouring positions side by side, each repeated for the colour channels.
private struct ResamplePairs {
  /// Pairs of positions; if their number is odd, the second weights of the last pair are 0.
  let count: Int
  private let support: Int
  /// For each pair, the first sample of either position in a row, and the larger number of taps.
  private let places: [(left: Int, right: Int, taps: Int)]
  private let weights: [SIMD8<Int32>]

  init(_ single: ResampleWeights) {
    count = (single.count + 1) / 2
    support = single.support
    places = (0..<count).map { pair in
      let (left, right) = (2 * pair, min(2 * pair + 1, single.count - 1))
      return (
        3 * single.first[left], 3 * single.first[right], max(single.taps(left), single.taps(right))
      )
    }
    weights = (0..<count * single.support).map { index in
      let (pair, tap) = index.quotientAndRemainder(dividingBy: single.support)
      let left = single.values[2 * pair * single.support + tap]
      let right =
        2 * pair + 1 < single.count ? single.values[(2 * pair + 1) * single.support + tap] : 0
      return SIMD8(
        lowHalf: SIMD4(repeating: left), highHalf: SIMD4(repeating: right))
    }
  }

  /// Filters a row of samples into `3 * 2 * count` samples.
  @inline(__always)
  func mix(_ source: UnsafeRawPointer, into row: UnsafeMutablePointer<UInt8>) {
    places.withUnsafeBufferPointer { places in
      weights.withUnsafeBufferPointer { weights in
        for pair in 0..<count {
          let place = places[pair]
          let (left, right) = (source + place.left, source + place.right)
          var sums = SIMD8<Int32>(repeating: ResampleWeights.half)
          for tap in 0..<place.taps {
            let samples = SIMD8<UInt8>(
              lowHalf: left.loadUnaligned(fromByteOffset: 3 * tap, as: SIMD4<UInt8>.self),
              highHalf: right.loadUnaligned(fromByteOffset: 3 * tap, as: SIMD4<UInt8>.self))
            sums &+= SIMD8<Int32>(truncatingIfNeeded: samples) &* weights[pair * support + tap]
          }
          let mixed = SIMD8<UInt8>(
            truncatingIfNeeded: (sums &>> 22).clamped(
              lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: 255)))
          let to = row + 6 * pair
          (to[0], to[1], to[2]) = (mixed[0], mixed[1], mixed[2])
          (to[3], to[4], to[5]) = (mixed[4], mixed[5], mixed[6])
        }
      }
    }
  }
}
