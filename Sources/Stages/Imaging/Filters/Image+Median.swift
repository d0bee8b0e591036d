extension Image {
  /// The median of the square of `2 * radius + 1` pixels around each, channel by channel.
  ///
  /// Outside the image its nearest pixel stands, as in OpenCV's `medianBlur`.
  ///
  /// - Precondition: the radius is not negative.
  public func medianFiltered(radius: Int) -> Image {
    precondition(radius >= 0)
    guard radius > 0 else { return self }
    let padded = Padded(self, by: radius)
    return radius == 1 ? padded.medianOfNine() : padded.median(radius)
  }
}

/// An image with its border pixels repeated around it, so that windows need no edge cases.
private struct Padded {
  let (width, height, channels): (Int, Int, Int)
  /// Samples a padded row.
  let row: Int
  let samples: [UInt8]

  init(_ image: Image, by radius: Int) {
    (width, height, channels) = (image.width, image.height, image.channels)
    row = (width + 2 * radius) * channels
    var samples: [UInt8] = []
    samples.reserveCapacity(row * (height + 2 * radius))
    for y in -radius..<height + radius {
      let start = min(max(y, 0), height - 1) * width * channels
      let line = image.pixels[start..<start + width * channels]
      for _ in 0..<radius { samples += line.prefix(channels) }
      samples += line
      for _ in 0..<radius { samples += line.suffix(channels) }
    }
    self.samples = samples
  }

  /// The median filter of radius 1, by minima and maxima alone, so that the loops are vector code.
  ///
  /// Each column of three is sorted once; then the median of nine is the median of the largest low,
  /// the median middle and the smallest high (Smith 1996, "Implementing median filters in XC4000E
  /// FPGAs").
  func medianOfNine() -> Image {
    let length = width * channels
    var out = [UInt8](repeating: 0, count: length * height)
    var columns = [UInt8](repeating: 0, count: 3 * row)
    samples.withUnsafeBufferPointer { from in
      columns.withUnsafeMutableBufferPointer { columns in
        out.withUnsafeMutableBufferPointer { to in
          for y in 0..<height {
            let (top, middle, bottom) = (y * row, (y + 1) * row, (y + 2) * row)
            for at in 0..<row {
              let (a, b, c) = (from[top + at], from[middle + at], from[bottom + at])
              let (low, high) = (min(a, b), max(a, b))
              columns[at] = min(low, c)
              columns[row + at] = max(low, min(high, c))
              columns[2 * row + at] = max(high, c)
            }
            for at in 0..<length {
              let (second, third) = (at + channels, at + 2 * channels)
              let low = max(columns[at], max(columns[second], columns[third]))
              let high = min(
                columns[2 * row + at], min(columns[2 * row + second], columns[2 * row + third]))
              let middle = median(columns[row + at], columns[row + second], columns[row + third])
              to[y * length + at] = median(low, middle, high)
            }
          }
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }

  /// The median filter of any radius, by a histogram that slides along the row.
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
            // `below` counts the window's samples under the median.
            var (median, below): (Int, Int32) = (0, 0)
            func change(column: Int, by change: Int32) {
              for line in y..<y + side {
                let sample = Int(from[line * row + column * channels + channel])
                counts[sample] += change
                if sample < median { below += change }
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
