extension Image {
  /// Each channel stretched to 0...255, like torchvision's `autocontrast`; flat ones are unchanged.
  public var autocontrasted: Image {
    mappingChannels { histogram in
      guard let least = histogram.firstIndex(where: { $0 > 0 }),
        let most = histogram.lastIndex(where: { $0 > 0 }), most > least
      else { return nil }
      let scale = 255 / Float(most - least)
      return (0..<256).map { UInt8(min(max(Float($0 - least) * scale, 0), 255)) }
    }
  }

  /// Each channel with its histogram equalised, as in torchvision's `equalize`.
  public var equalized: Image {
    mappingChannels { histogram in
      let last = histogram.last { $0 > 0 } ?? 0
      let step = (histogram.reduce(0, +) - last) / 255
      guard step > 0 else { return nil }
      var sum = 0
      return (0..<256).map { value in
        defer { sum += histogram[value] }
        return value == 0 ? 0 : UInt8(min((sum + step / 2) / step, 255))
      }
    }
  }

  /// The image with only the highest `bits` of each sample, as in torchvision's `posterize`.
  public func posterized(bits: Int) -> Image {
    let mask = bits <= 0 ? 0 : UInt8(truncatingIfNeeded: ~((1 << (8 - min(bits, 8))) - 1))
    var out = self
    for at in out.pixels.indices { out.pixels[at] &= mask }
    return out
  }

  /// The image with samples of `threshold` or more inverted, as in torchvision's `solarize`.
  public func solarized(from threshold: Int) -> Image {
    var out = self
    for at in out.pixels.indices where Int(out.pixels[at]) >= threshold {
      out.pixels[at] = 255 - out.pixels[at]
    }
    return out
  }

  /// The image with its saturation multiplied, as in torchvision's `adjust_saturation`.
  ///
  /// Multiplies each sample's distance from its pixel's grey value by a factor.
  ///
  /// - Precondition: the factor is not negative.
  public func coloured(by factor: Double) -> Image {
    precondition(factor >= 0)
    guard channels == 3 else { return self }
    var out = self
    for at in stride(from: 0, to: pixels.count, by: 3) {
      let colours = 0.2989 * Float(pixels[at]) + 0.587 * Float(pixels[at + 1])
      let grey = Float(Int(colours + 0.114 * Float(pixels[at + 2])))
      for channel in 0..<3 {
        out.pixels[at + channel] = Self.mixed(pixels[at + channel], grey, factor)
      }
    }
    return out
  }

  /// The image with its sharpness multiplied, as in torchvision's `adjust_sharpness`.
  ///
  /// Multiplies each sample's distance from the mean of its 3 x 3 neighbourhood, whose centre
  /// weighs five times, by a factor: 0 smooths, 1 changes nothing. The outermost pixels stay,
  /// except for truncation to whole numbers.
  ///
  /// - Precondition: the factor is not negative.
  public func sharpened(by factor: Double) -> Image {
    precondition(factor >= 0)
    guard width > 2, height > 2 else { return self }
    var out = self
    for at in pixels.indices { out.pixels[at] = Self.mixed(pixels[at], Float(pixels[at]), factor) }
    let row = width * channels
    for y in 1..<height - 1 {
      for at in y * row + channels..<(y + 1) * row - channels {
        var sum = 4 * Int(pixels[at])
        for dy in [-row, 0, row] {
          for dx in [-channels, 0, channels] { sum += Int(pixels[at + dy + dx]) }
        }
        let smooth = (Float(sum) / 13).rounded(.toNearestOrEven)
        out.pixels[at] = Self.mixed(pixels[at], smooth, factor)
      }
    }
    return out
  }

  /// The image embossed, as by Pillow's `EMBOSS`: edges that rise to the upper right are light.
  ///
  /// Each sample minus the sample below to the left, plus 128; the outermost pixels stay.
  public var embossed: Image {
    guard width > 2, height > 2 else { return self }
    var out = self
    let row = width * channels
    for y in 1..<height - 1 {
      for at in y * row + channels..<(y + 1) * row - channels {
        let relief = Int(pixels[at]) - Int(pixels[at + row - channels]) + 128
        out.pixels[at] = UInt8(min(max(relief, 0), 255))
      }
    }
    return out
  }

  private static func mixed(_ sample: UInt8, _ other: Float, _ factor: Double) -> UInt8 {
    UInt8(min(max(Float(factor) * Float(sample) + Float(1 - factor) * other, 0), 255))
  }

  /// Maps each channel's samples through the table made from its histogram; a channel without a
  /// table stays.
  private func mappingChannels(_ table: ([Int]) -> [UInt8]?) -> Image {
    var out = self
    for channel in 0..<channels {
      var histogram = [Int](repeating: 0, count: 256)
      for at in stride(from: channel, to: pixels.count, by: channels) {
        histogram[Int(pixels[at])] += 1
      }
      guard let table = table(histogram) else { continue }
      for at in stride(from: channel, to: pixels.count, by: channels) {
        out.pixels[at] = table[Int(pixels[at])]
      }
    }
    return out
  }
}
