extension Image {
  /// The median of the square of side `2 * radius + 1` around each pixel, channel by channel.
  ///
  /// Border pixels are repeated outside the image, as in OpenCV's `medianBlur`.
  ///
  /// - Precondition: the radius is not negative.
  public func medianFiltered(radius: Int) -> Image {
    precondition(radius >= 0)
    guard radius > 0 else { return self }
    let padded = Padded(self, by: radius)
    return radius == 1 ? padded.medianOfNine() : padded.median(radius)
  }

  /// The image with samples further than a threshold from the median around them replaced by it.
  ///
  /// Removes dead and hot pixels and dust, as ImageJ's "Remove Outliers" for both bright and dark
  /// ones, over a square of side `2 * radius + 1`.
  ///
  /// - Precondition: the radius is not negative.
  public func withoutOutliers(radius: Int, threshold: Int) -> Image {
    var out = medianFiltered(radius: radius)
    for at in out.pixels.indices where abs(Int(out.pixels[at]) - Int(pixels[at])) <= threshold {
      out.pixels[at] = pixels[at]
    }
    return out
  }
}

/// An image with its border pixels repeated around it, so that windows need no edge cases.
private struct Padded {
  let (width, height, channels): (Int, Int, Int)
  /// Samples per padded row.
  let row: Int
  let samples: [UInt8]

  init(_ image: Image, by radius: Int) {
    (width, height, channels) = (image.width, image.height, image.channels)
    row = (width + 2 * radius) * channels
    let (width, height, channels, row) = (self.width, self.height, self.channels, self.row)
    samples = [UInt8](unsafeUninitializedCapacity: row * (height + 2 * radius)) { out, count in
      count = row * (height + 2 * radius)
      image.pixels.withUnsafeBufferPointer { from in
        guard let from = from.baseAddress, var to = out.baseAddress else { return }
        let length = width * channels
        for y in -radius..<height + radius {
          let line = from + min(max(y, 0), height - 1) * length
          for at in 0..<radius * channels { to[at] = line[at % channels] }
          to += radius * channels
          to.update(from: line, count: length)
          to += length
          for at in 0..<radius * channels { to[at] = line[length - channels + at % channels] }
          to += radius * channels
        }
      }
    }
  }

  /// The median filter of radius 1, using only minima and maxima so that the loops vectorise.
  ///
  /// Each column of three is sorted once; then the median of nine is the median of the largest low,
  /// the median middle and the smallest high (Smith 1996, "Implementing median filters in XC4000E
  /// FPGAs").
  func medianOfNine() -> Image {
    let length = width * channels
    var columns = [UInt8](repeating: 0, count: 3 * row)
    let out = [UInt8](unsafeUninitializedCapacity: length * height) { to, count in
      count = length * height
      samples.withUnsafeBufferPointer { from in
        columns.withUnsafeMutableBufferPointer { columns in
          guard let from = from.baseAddress, let columns = columns.baseAddress,
            let to = to.baseAddress
          else { return }
          for y in 0..<height {
            Self.sortColumns(from + y * row, row, into: columns)
            combine(columns, into: to + y * length, count: length)
          }
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }

  /// Sorts each vertical triple of samples into one row each of lows, middles and highs.
  private static func sortColumns(
    _ top: UnsafePointer<UInt8>, _ row: Int, into low: UnsafeMutablePointer<UInt8>
  ) {
    let (centre, bottom) = (top + row, top + 2 * row)
    let (middle, high) = (low + row, low + 2 * row)
    for at in 0..<row {
      let (less, more) = (min(top[at], centre[at]), max(top[at], centre[at]))
      low[at] = min(less, bottom[at])
      middle[at] = max(less, min(more, bottom[at]))
      high[at] = max(more, bottom[at])
    }
  }

  private func combine(
    _ low: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let (middle, high) = (low + row, low + 2 * row)
    let (low2, middle2, high2) = (low + channels, middle + channels, high + channels)
    let (low3, middle3, high3) = (low2 + channels, middle2 + channels, high2 + channels)
    for at in 0..<count {
      out[at] = median(
        max(low[at], max(low2[at], low3[at])), median(middle[at], middle2[at], middle3[at]),
        min(high[at], min(high2[at], high3[at])))
    }
  }

  /// The median filter of any radius, with a histogram that slides along the row.
  ///
  /// After Huang, Yang and Tang 1979, "A fast two-dimensional median filtering algorithm".
  func median(_ radius: Int) -> Image {
    let side = 2 * radius + 1
    let half = Int32(side * side / 2)
    var out = [UInt8](repeating: 0, count: width * height * channels)
    var counts = [Int32](repeating: 0, count: 256)
    samples.withUnsafeBufferPointer { from in
      counts.withUnsafeMutableBufferPointer { counts in
        for y in 0..<height {
          for channel in 0..<channels {
            counts.update(repeating: 0)
            // `below` counts the window's samples that are less than the median.
            var (median, below): (Int, Int32) = (0, 0)
            func change(column: Int, by change: Int32) {
              for line in y..<y + side {
                let sample = Int(from[line * row + column * channels + channel])
                counts[sample] &+= change
                below &+= sample < median ? change : 0
              }
            }
            for column in 0..<side { change(column: column, by: 1) }
            for x in 0..<width {
              if x > 0 {
                change(column: x - 1, by: -1)
                change(column: x + side - 1, by: 1)
              }
              while below > half {
                median -= 1
                below -= counts[median]
              }
              while below + counts[median] <= half {
                below += counts[median]
                median += 1
              }
              out[(y * width + x) * channels + channel] = UInt8(median)
            }
          }
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }

  @inline(__always)
  private func median(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt8 {
    max(min(a, b), min(max(a, b), c))
  }
}
