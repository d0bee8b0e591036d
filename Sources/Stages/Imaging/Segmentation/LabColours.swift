internal import Foundation

/// CIELAB colours of sRGB samples under D65, in which distances approximate perceived differences.
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

  /// CIELAB's cube root, with a linear segment near 0.
  private static func root(_ value: Float) -> Float {
    value > 0.008856 ? cbrt(value) : 7.787 * value + 16 / 116
  }

  /// The RGB image of L, a and b; colours outside sRGB are clipped.
  static func image(_ lab: [Float], width: Int, height: Int) -> Image {
    var pixels = [UInt8](repeating: 0, count: lab.count)
    for at in stride(from: 0, to: lab.count, by: 3) {
      let y = (lab[at] + 16) / 116
      let x = 0.95047 * cube(y + lab[at + 1] / 500)
      let z = 1.08883 * cube(max(y - lab[at + 2] / 200, 0))
      let height = cube(y)
      pixels[at] = sample(3.240482 * x - 1.537150 * height - 0.498536 * z)
      pixels[at + 1] = sample(-0.969255 * x + 1.875990 * height + 0.041556 * z)
      pixels[at + 2] = sample(0.055647 * x - 0.204041 * height + 1.057311 * z)
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// The inverse of `root`.
  private static func cube(_ value: Float) -> Float {
    value > 0.2068966 ? value * value * value : (value - 16 / 116) / 7.787
  }

  private static func sample(_ linear: Float) -> UInt8 {
    let value = linear > 0.0031308 ? 1.055 * pow(linear, 1 / 2.4) - 0.055 : 12.92 * linear
    return UInt8((min(max(value, 0), 1) * 255).rounded(.toNearestOrEven))
  }
}
