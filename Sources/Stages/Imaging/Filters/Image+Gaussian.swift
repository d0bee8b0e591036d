internal import Foundation

extension Image {
  /// The image blurred by a Gaussian with a standard deviation in pixels.
  ///
  /// As SciPy's `gaussian_filter` with `mode="nearest"`: the kernel is truncated at four
  /// deviations, and border pixels are repeated outside the image.
  ///
  /// - Precondition: the deviation is positive.
  public func gaussianFiltered(deviation: Double) -> Image {
    precondition(deviation > 0)
    let radius = Int(4 * deviation + 0.5)
    var taps = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (deviation * deviation)) }
    let total = taps.reduce(0, +)
    taps = taps.map { $0 / total }
    let kernel = taps.map(Float.init)
    let row = width * channels
    var (sums, out) = ([Float](repeating: 0, count: row), pixels)
    var padded = [Float](repeating: 0, count: row + 2 * radius * channels)
    pixels.withUnsafeBufferPointer { from in
      for y in 0..<height {
        // Vertically, then horizontally: only one row of sums is kept in between.
        for at in sums.indices { sums[at] = 0 }
        for (tap, weight) in kernel.enumerated() {
          let line = min(max(y + tap - radius, 0), height - 1) * row
          for at in 0..<row { sums[at] += Float(from[line + at]) * weight }
        }
        for at in padded.indices {
          let pixel = min(max(at / channels - radius, 0), width - 1)
          padded[at] = sums[pixel * channels + at % channels]
        }
        for at in sums.indices { sums[at] = 0 }
        for (tap, weight) in kernel.enumerated() {
          let shift = tap * channels
          for at in 0..<row { sums[at] += padded[shift + at] * weight }
        }
        for at in 0..<row { out[y * row + at] = UInt8(min(max(sums[at].rounded(), 0), 255)) }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }
}
