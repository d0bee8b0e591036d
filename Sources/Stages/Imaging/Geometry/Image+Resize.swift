extension Image {
  /// The image at another size, by the triangle filter widened to the scale where it shrinks.
  ///
  /// That is Pillow's `BILINEAR` and torchvision's bilinear with `antialias=True`: columns first,
  /// then rows, weights in fixed point of 22 bits, samples rounded to 8 bits in between.
  ///
  /// - Precondition: both lengths are positive.
  public func resized(width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0)
    var image = self
    if width != self.width { image = image.resizedAcross(ResampleWeights(self.width, width)) }
    if height != self.height { image = image.resizedDown(ResampleWeights(self.height, height)) }
    return image
  }

  private func resizedAcross(_ weights: ResampleWeights) -> Image {
    let target = weights.count
    var out = [UInt8](repeating: 0, count: target * height * channels)
    pixels.withUnsafeBufferPointer { source in
      out.withUnsafeMutableBufferPointer { result in
        for x in 0..<target {
          let (first, last) = (weights.first[x], weights.last[x])
          let row = weights.values[x * weights.support..<x * weights.support + last - first]
          row.withUnsafeBufferPointer { taps in
            for y in 0..<height {
              let from = (y * width + first) * channels
              let to = (y * target + x) * channels
              if channels == 3 {
                var sum = SIMD4<Int32>(repeating: ResampleWeights.half)
                for tap in taps.indices {
                  let at = from + 3 * tap
                  let pixel = SIMD4<Int32>(
                    Int32(source[at]), Int32(source[at + 1]), Int32(source[at + 2]), 0)
                  sum &+= pixel &* taps[tap]
                }
                for channel in 0..<3 { result[to + channel] = ResampleWeights.sample(sum[channel]) }
              } else {
                var sum = ResampleWeights.half
                for tap in taps.indices { sum &+= Int32(source[from + tap]) &* taps[tap] }
                result[to] = ResampleWeights.sample(sum)
              }
            }
          }
        }
      }
    }
    return Image(width: target, height: height, channels: channels, pixels: out)
  }

  private func resizedDown(_ weights: ResampleWeights) -> Image {
    let (target, row) = (weights.count, width * channels)
    var out = [UInt8](repeating: 0, count: target * row)
    var sums = [Int32](repeating: 0, count: row)
    pixels.withUnsafeBufferPointer { source in
      out.withUnsafeMutableBufferPointer { result in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<target {
            for at in 0..<row { sums[at] = ResampleWeights.half }
            for line in weights.first[y]..<weights.last[y] {
              let weight = weights.values[y * weights.support + line - weights.first[y]]
              for at in 0..<row { sums[at] &+= Int32(source[line * row + at]) &* weight }
            }
            for at in 0..<row { result[y * row + at] = ResampleWeights.sample(sums[at]) }
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
  /// One behind the last place each is made of.
  private(set) var last: [Int] = []
  /// `count * support` weights that add up to 2^22 a place.
  private(set) var values: [Int32]

  /// One half in fixed point: what rounding adds.
  static let half: Int32 = 1 << 21

  init(_ source: Int, _ target: Int) {
    let scale = Double(source) / Double(target)
    let reach = max(scale, 1)
    count = target
    support = 2 * Int(reach.rounded(.up)) + 1
    values = [Int32](repeating: 0, count: target * support)
    for place in 0..<target {
      let centre = (Double(place) + 0.5) * scale
      let low = max(Int(centre - reach + 0.5), 0)
      let high = min(Int(centre + reach + 0.5), source)
      var weights = (low..<high).map { at in
        max(0, 1 - abs((Double(at) - centre + 0.5) / reach))
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

  /// A sum in fixed point as a sample.
  @inline(__always)
  static func sample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(sum >> 22, 0), 255))
  }
}
