internal import Foundation

/// CIELAB colours of sRGB samples under D65, where distances are near to what the eye sees.
enum LabColours {
  /// L (0...100), a and b of each pixel, interleaved; grey images have a = b = 0.
  static func convert(_ image: Image) -> [Float] {
    let linear = (0...255).map { sample -> Float in
      let value = Float(sample) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    let count = image.width * image.height
    var lab = [Float](repeating: 0, count: count * 3)
    for pixel in 0..<count {
      let at = pixel * image.channels
      let red = linear[Int(image.pixels[at])]
      let green = linear[Int(image.pixels[at + min(1, image.channels - 1)])]
      let blue = linear[Int(image.pixels[at + image.channels - 1])]
      // IEC 61966-2-1, divided by the white of D65.
      let x = root((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.95047)
      let y = root(0.212671 * red + 0.715160 * green + 0.072169 * blue)
      let z = root((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.08883)
      lab[3 * pixel] = 116 * y - 16
      if image.channels == 3 {
        lab[3 * pixel + 1] = 500 * (x - y)
        lab[3 * pixel + 2] = 200 * (y - z)
      }
    }
    return lab
  }

  /// CIELAB's cube root with a straight foot.
  private static func root(_ value: Float) -> Float {
    value > 0.008856 ? cbrt(value) : 7.787 * value + 16 / 116
  }
}
