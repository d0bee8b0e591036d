extension Image {
  /// 255 where hue, saturation and value are in the given ranges, else 0.
  ///
  /// Hue is in degrees from 0 to 360 (red 0, green 120, blue 240); a range that ends before it
  /// begins wraps around at 360. Saturation and value are from 0 to 1. Grey has hue 0. As
  /// scikit-image's `rgb2hsv`, with both ends of each range included.
  public func mask(
    hue: (from: Double, to: Double), saturation: ClosedRange<Double>, value: ClosedRange<Double>
  ) -> Image {
    var out = [UInt8](repeating: 0, count: width * height)
    for pixel in out.indices {
      let at = pixel * channels
      let red = Double(pixels[at])
      let green = Double(pixels[at + min(1, channels - 1)])
      let blue = Double(pixels[at + channels - 1])
      let most = max(red, green, blue)
      let range = most - min(red, green, blue)
      guard value.contains(most / 255), saturation.contains(most > 0 ? range / most : 0) else {
        continue
      }
      let turn = Self.hue(red, green, blue, most, range)
      let isInside =
        hue.from <= hue.to
        ? turn >= hue.from && turn <= hue.to : turn >= hue.from || turn <= hue.to
      if isInside { out[pixel] = 255 }
    }
    return Image(width: width, height: height, channels: 1, pixels: out)
  }

  private static func hue(
    _ red: Double, _ green: Double, _ blue: Double, _ most: Double, _ range: Double
  ) -> Double {
    guard range > 0 else { return 0 }
    let sixths: Double
    if most == blue {
      sixths = 4 + (red - green) / range
    } else if most == green {
      sixths = 2 + (blue - red) / range
    } else {
      sixths = (green - blue) / range
    }
    return 60 * (sixths < 0 ? sixths + 6 : sixths)
  }

  /// The part of the image inside margins in which no sample exceeds a level.
  ///
  /// The whole image if no sample exceeds the level.
  public func withoutDarkMargins(level: UInt8) -> Rectangle {
    let row = width * channels
    func isDark(_ samples: ArraySlice<UInt8>) -> Bool { samples.allSatisfy { $0 <= level } }
    func isDark(column: Int, rows: Range<Int>) -> Bool {
      rows.allSatisfy { y in
        isDark(pixels[y * row + column * channels..<y * row + (column + 1) * channels])
      }
    }
    let bright = (0..<height).filter { !isDark(pixels[$0 * row..<($0 + 1) * row]) }
    guard let top = bright.first, let bottom = bright.last else {
      return Rectangle(x: 0, y: 0, width: width, height: height)
    }
    let rows = top..<bottom + 1
    let left = (0..<width).first { !isDark(column: $0, rows: rows) } ?? 0
    let right = (0..<width).last { !isDark(column: $0, rows: rows) } ?? width - 1
    return Rectangle(x: left, y: top, width: right - left + 1, height: rows.count)
  }
}
