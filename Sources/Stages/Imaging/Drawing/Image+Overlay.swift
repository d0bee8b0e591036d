extension Image {
  /// The image as RGB; a single channel is repeated in all three.
  public var coloured: Image {
    guard channels == 1 else { return self }
    return Image(width: width, height: height, pixels: pixels.flatMap { [$0, $0, $0] })
  }

  /// The image under a heat map of values in 0...1, one per pixel, coloured by `ColourMap.jet`.
  ///
  /// `opacity` in 0...1 is the weight of the heat map's colour; 0 leaves the image as it is.
  ///
  /// - Precondition: there is one value per pixel.
  public func overlaid(with heat: [Float], opacity: Float = 0.5) -> Image {
    precondition(heat.count == width * height, "a heat map has one value per pixel")
    let share = min(max(opacity, 0), 1)
    var out = coloured
    for (pixel, value) in heat.enumerated() {
      let (red, green, blue) = ColourMap.jet(value)
      for (channel, colour) in [red, green, blue].enumerated() {
        let sample = Float(out.pixels[3 * pixel + channel])
        out.pixels[3 * pixel + channel] = UInt8(sample + share * (Float(colour) - sample) + 0.5)
      }
    }
    return out
  }

  /// The image with pixels coloured where the right or lower neighbour has a different label.
  ///
  /// - Precondition: there is one label per pixel.
  public func boundaries(
    of labels: [Int32], colour: (UInt8, UInt8, UInt8) = (255, 255, 0)
  ) -> Image {
    precondition(labels.count == width * height, "there is one label per pixel")
    var out = coloured
    for y in 0..<height {
      for x in 0..<width {
        let at = y * width + x
        let right = x + 1 < width && labels[at + 1] != labels[at]
        let below = y + 1 < height && labels[at + width] != labels[at]
        guard right || below else { continue }
        (out[x, y, 0], out[x, y, 1], out[x, y, 2]) = colour
      }
    }
    return out
  }
}
