extension Image {
  /// The image with its brightness multiplied, as in torchvision's `adjust_brightness`.
  ///
  /// Multiplies each sample by a factor: 0 gives black, 1 changes nothing.
  ///
  /// - Precondition: the factor is not negative.
  public func brightened(by factor: Float) -> Image {
    precondition(factor >= 0)
    return blended(with: 0, by: factor)
  }

  /// The image with its contrast multiplied, as in torchvision's `adjust_contrast`.
  ///
  /// Multiplies each sample's distance from the mean grey by a factor: 0 is flat grey, 1 the same.
  /// The grey is torchvision's for tensors: 0.2989 R + 0.587 G + 0.114 B, truncated to whole
  /// numbers before the mean is taken.
  ///
  /// - Precondition: the factor is not negative.
  public func contrasted(by factor: Float) -> Image {
    precondition(factor >= 0)
    var sum = 0
    for at in stride(from: 0, to: pixels.count, by: channels) {
      if channels == 1 {
        sum += Int(pixels[at])
      } else {
        let colours = 0.2989 * Float(pixels[at]) + 0.587 * Float(pixels[at + 1])
        sum += Int(colours + 0.114 * Float(pixels[at + 2]))
      }
    }
    return blended(with: Float(Double(sum) / Double(width * height)), by: factor)
  }

  /// The image with left and right swapped.
  public var flippedHorizontally: Image {
    var out = self
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels { out[x, y, channel] = self[width - 1 - x, y, channel] }
      }
    }
    return out
  }

  /// The image with top and bottom swapped.
  public var flippedVertically: Image {
    let row = width * channels
    var pixels: [UInt8] = []
    pixels.reserveCapacity(self.pixels.count)
    for y in (0..<height).reversed() { pixels += self.pixels[y * row..<(y + 1) * row] }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// `factor * sample + (1 - factor) * other`, clamped to 0...255 and truncated like torchvision.
  private func blended(with other: Float, by factor: Float) -> Image {
    let rest = (1 - factor) * other
    // There are only 256 sample values, so a table maps them.
    let table = (0...255).map { UInt8(min(max(factor * Float($0) + rest, 0), 255)) }
    var out = self
    for at in out.pixels.indices { out.pixels[at] = table[Int(out.pixels[at])] }
    return out
  }
}
