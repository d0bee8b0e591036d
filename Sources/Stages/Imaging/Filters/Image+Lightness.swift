internal import Foundation

extension Image {
  /// The image after CLAHE on lightness, the L* of CIE L*a*b* (sRGB, D65).
  ///
  /// As OpenCV's `createCLAHE(clip, (tiles, tiles))` on the first channel of `COLOR_RGB2LAB` for
  /// 8-bit images, converted back with `COLOR_LAB2RGB`: L* has 256 levels, a* and b* are whole
  /// numbers. The way back is exact here and by tables in OpenCV, so that a sample may differ by 2.
  /// An image of one channel is equalised as it is.
  ///
  /// - Precondition: `clip` and `tiles` are positive.
  public func lightnessEqualised(clip: Double, tiles: Int) -> Image {
    precondition(clip > 0 && tiles > 0)
    guard channels == 3 else { return equalisedPlane(clip: clip, tiles: tiles) }
    let table = LabTable()
    var lightness = Image(width: width, height: height, channels: 1)
    var lab = [Float](repeating: 0, count: pixels.count)
    for pixel in 0..<width * height {
      let at = 3 * pixel
      let levels = table.levels(pixels[at], pixels[at + 1], pixels[at + 2])
      lightness.pixels[pixel] = UInt8(min(max(levels.lightness, 0), 255))
      lab[at + 1] = Float(levels.a)
      lab[at + 2] = Float(levels.b)
    }
    let after = lightness.equalisedPlane(clip: clip, tiles: tiles)
    for pixel in after.pixels.indices { lab[3 * pixel] = Float(after.pixels[pixel]) / 2.55 }
    return LabColours.image(lab, width: width, height: height)
  }
}

/// OpenCV's conversion of 8-bit sRGB to 8-bit CIE L*a*b*, in fixed point and to the same numbers.
///
/// Linear light has 11 bits (255 * 8), cube roots 15 bits, and coefficients 12 bits.
private struct LabTable {
  /// Linear light of each sample.
  private let linear: [Int]
  /// The cube root, linear near 0, of each sum of linear light.
  private let root: [Int]

  init() {
    linear = (0...255).map { sample in
      let value = Double(sample) / 255
      let light = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      return Int((light * 2040).rounded(.toNearestOrEven))
    }
    root = (0...2040).map { sum in
      let value = Double(sum) / 2040
      let root = value < 0.008856 ? value * 7.787 + 16.0 / 116 : cbrt(value)
      return Int((root * 32768).rounded(.toNearestOrEven))
    }
  }

  /// L* times 2.55, a* and b* of a colour, each rounded.
  func levels(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> (lightness: Int, a: Int, b: Int) {
    let (red, green, blue) = (linear[Int(red)], linear[Int(green)], linear[Int(blue)])
    // X, Y and Z, each divided by that of D65, times 4096: each row sums to 4096.
    let x = root[(1777 * red + 1541 * green + 778 * blue + 2048) >> 12]
    let y = root[(871 * red + 2929 * green + 296 * blue + 2048) >> 12]
    let z = root[(73 * red + 448 * green + 3575 * blue + 2048) >> 12]
    // 116 and 16 times 2.55, in whole numbers.
    let lightness = (296 * y - 1_336_934 + 16_384) >> 15
    return (lightness, (500 * (x - y) + 16_384) >> 15, (200 * (y - z) + 16_384) >> 15)
  }
}
