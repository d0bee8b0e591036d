internal import Foundation

extension Image {
  /// The image smoothed without blurring edges (bilateral filter, Tomasi and Manduchi 1998).
  ///
  /// As OpenCV's `bilateralFilter`: each pixel becomes the mean of the disc around it, weighted by
  /// two Gaussians: of the distance in pixels, and of the absolute sample differences summed over
  /// the channels. Outside its borders the image is mirrored about its outermost pixels.
  ///
  /// - Precondition: the radius is not negative, and the deviations are positive.
  public func bilateralFiltered(
    radius: Int, colourDeviation: Double, deviation: Double
  ) -> Image {
    precondition(radius >= 0 && colourDeviation > 0 && deviation > 0)
    let colour = -0.5 / (colourDeviation * colourDeviation)
    let likeness = (0...255 * channels).map { Float(exp(Double($0 * $0) * colour)) }
    let space = -0.5 / (deviation * deviation)
    let padded = mirrored(by: radius)
    var (offsets, nearness) = ([Int](), [Float]())
    for y in -radius...radius {
      for x in -radius...radius where x * x + y * y <= radius * radius {
        offsets.append((y * padded.width + x) * channels)
        nearness.append(Float(exp(Double(x * x + y * y) * space)))
      }
    }
    var out = pixels
    padded.pixels.withUnsafeBufferPointer { from in
      for y in 0..<height {
        for x in 0..<width {
          let centre = ((y + radius) * padded.width + x + radius) * channels
          var (sums, weights) = (SIMD4<Float>(), Float(0))
          for (offset, near) in zip(offsets, nearness) {
            let at = centre + offset
            var (difference, samples) = (0, SIMD4<Float>())
            for channel in 0..<channels {
              difference += abs(Int(from[at + channel]) - Int(from[centre + channel]))
              samples[channel] = Float(from[at + channel])
            }
            let weight = near * likeness[difference]
            sums += samples * weight
            weights += weight
          }
          for channel in 0..<channels {
            let mean = (sums[channel] / weights).rounded()
            out[(y * width + x) * channels + channel] = UInt8(min(max(mean, 0), 255))
          }
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: out)
  }

  /// The image with margins that mirror it about its outermost pixels.
  func mirrored(by margin: Int) -> Image {
    mirrored(left: margin, right: margin, top: margin, bottom: margin)
  }

  /// The image with margins that mirror it about its outermost pixels, repeatedly if they are wide.
  func mirrored(left: Int, right: Int, top: Int, bottom: Int) -> Image {
    func source(_ place: Int, _ length: Int) -> Int {
      guard length > 1 else { return 0 }
      let period = 2 * (length - 1)
      let phase = ((place % period) + period) % period
      return phase < length ? phase : period - phase
    }
    let columns = (-left..<width + right).map { source($0, width) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(columns.count * (height + top + bottom) * channels)
    for y in -top..<height + bottom {
      let line = source(y, height) * width
      for x in columns {
        let at = (line + x) * channels
        pixels += self.pixels[at..<at + channels]
      }
    }
    return Image(
      width: columns.count, height: height + top + bottom, channels: channels, pixels: pixels)
  }
}
