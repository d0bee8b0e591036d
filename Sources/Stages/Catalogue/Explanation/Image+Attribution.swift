internal import Imaging

extension Image {
  /// The image in pale grey, overlaid with one attribution per pixel: red where it supports the
  /// class, blue where it contradicts it, stronger for larger magnitudes.
  ///
  /// Full colour is the 99th percentile of the magnitudes, since a few outliers would otherwise
  /// make the rest invisible.
  ///
  /// - Precondition: there is one value per pixel.
  func overlaid(withSigned values: [Float]) -> Image {
    precondition(values.count == width * height, "attributions are one a pixel")
    let magnitudes = values.map(abs).sorted()
    let full = magnitudes[(magnitudes.count - 1) * 99 / 100]
    let scale = full > 0 ? full : magnitudes[magnitudes.count - 1]
    let ground = grey
    var out = coloured
    for (pixel, value) in values.enumerated() {
      let share = scale > 0 ? min(abs(value) / scale, 1) : 0
      let pale = (Float(ground.pixels[pixel]) + 255) / 2
      let tint: (Float, Float, Float) = value > 0 ? (200, 0, 0) : (0, 40, 220)
      for (channel, colour) in [tint.0, tint.1, tint.2].enumerated() {
        out.pixels[3 * pixel + channel] = UInt8(pale + share * (colour - pale) + 0.5)
      }
    }
    return out
  }
}
