internal import Foundation

/// How the samples of a resized image are made of those around their place.
///
/// Every filter is widened to the scale where an image shrinks, so that nothing is skipped.
public enum Resampling: String, Sendable, CaseIterable {
  /// The mean of the area that a pixel covers; the nearest pixel where an image grows.
  case area
  /// A triangle.
  case bilinear
  /// Keys' cubic with a = -0.5 (Keys 1981, "Cubic convolution interpolation").
  case bicubic
  /// Lanczos' windowed sinc of three lobes a side.
  case lanczos

  /// How far the filter reaches, in pixels.
  var reach: Double {
    switch self {
    case .area: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight at a distance from the middle.
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
  /// As Pillow's `resize`, and torchvision's with `antialias=True`: columns first, then rows, weights
  /// in fixed point of 22 bits, samples rounded to 8 bits in between.
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
    let target = weights.count
    var out = [UInt8](repeating: 0, count: target * height * channels)
    pixels.withUnsafeBufferPointer { source in
      out.withUnsafeMutableBufferPointer { result in
        weights.values.withUnsafeBufferPointer { values in
          guard let source = source.baseAddress, let result = result.baseAddress,
            let values = values.baseAddress
          else { return }
          for y in 0..<height {
            let (from, to) = (source + y * width * channels, result + y * target * channels)
            for x in 0..<target {
              let (start, count) = (from + weights.first[x] * channels, weights.taps(x))
              let taps = values + x * weights.support
              if channels == 3 {
                Self.mixColours(start, taps, count, into: to + 3 * x)
              } else {
                var sum = ResampleWeights.half
                for tap in 0..<count { sum &+= Int32(start[tap]) &* taps[tap] }
                to[x] = ResampleWeights.sample(sum)
              }
            }
          }
        }
      }
    }
    return Image(width: target, height: height, channels: channels, pixels: out)
  }

  @inline(__always)
  private static func mixColours(
    _ source: UnsafePointer<UInt8>, _ taps: UnsafePointer<Int32>, _ count: Int,
    into result: UnsafeMutablePointer<UInt8>
  ) {
    var (red, green, blue) = (ResampleWeights.half, ResampleWeights.half, ResampleWeights.half)
    var pixel = source
    for tap in 0..<count {
      red &+= Int32(pixel[0]) &* taps[tap]
      green &+= Int32(pixel[1]) &* taps[tap]
      blue &+= Int32(pixel[2]) &* taps[tap]
      pixel += 3
    }
    result[0] = ResampleWeights.sample(red)
    result[1] = ResampleWeights.sample(green)
    result[2] = ResampleWeights.sample(blue)
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

/// For each place of a resized axis, the places it is made of and their weights.
struct ResampleWeights {
  /// Places of the resized axis.
  let count: Int
  /// Room for weights a place.
  let support: Int
  /// The first place each is made of.
  private(set) var first: [Int] = []
  private var last: [Int] = []
  /// `count * support` weights that add up to 2^22 a place.
  private(set) var values: [Int32]

  /// One half in fixed point: what rounding adds.
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

  /// How many places a place is made of.
  @inline(__always)
  func taps(_ place: Int) -> Int { last[place] - first[place] }

  /// A sum in fixed point as a sample.
  @inline(__always)
  static func sample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> 22, 0), 255))
  }
}
