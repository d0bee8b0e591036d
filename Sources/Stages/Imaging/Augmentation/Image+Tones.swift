extension Image {
  /// Each channel spread over 0...255, as torchvision's `autocontrast`; one of a single value stays.
  public var autocontrasted: Image {
    mappingChannels { histogram in
      guard let least = histogram.firstIndex(where: { $0 > 0 }),
        let most = histogram.lastIndex(where: { $0 > 0 }), most > least
      else { return nil }
      let scale = 255 / Float(most - least)
      return (0..<256).map { UInt8(min(max(Float($0 - least) * scale, 0), 255)) }
    }
  }

  /// Each channel with a histogram as flat as its values allow, as torchvision's `equalize`.
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

  /// The image with the highest `bits` of each sample, as torchvision's `posterize`.
  public func posterized(bits: Int) -> Image {
    let mask = bits <= 0 ? 0 : UInt8(truncatingIfNeeded: ~((1 << (8 - min(bits, 8))) - 1))
    var out = self
    for at in out.pixels.indices { out.pixels[at] &= mask }
    return out
  }

  /// The image with samples of `threshold` or more inverted, as torchvision's `solarize`.
  public func solarized(from threshold: Int) -> Image {
    var out = self
    for at in out.pixels.indices where Int(out.pixels[at]) >= threshold {
      out.pixels[at] = 255 - out.pixels[at]
    }
    return out
  }

  /// Each sample's distance from its pixel's grey times a factor, as torchvision's
  /// `adjust_saturation`.
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

  /// Each sample's distance from the mean of its neighbourhood times a factor, as torchvision's
  /// `adjust_sharpness`: 0 is smoothed, 1 the same.
  ///
  /// The centre of the 3 x 3 neighbourhood weighs five times; outermost pixels stay, but for what
  /// cutting to whole numbers takes from them.
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

  /// The relief of the image, as Pillow's `EMBOSS`: what rises to the upper right is light.
  ///
  /// Each sample less the one below to the left, plus 128; outermost pixels stay.
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

  /// The image with each channel's samples looked up in the table made of its histogram; a channel
  /// without a table stays.
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
