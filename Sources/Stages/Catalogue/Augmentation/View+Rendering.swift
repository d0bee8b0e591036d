internal import Imaging

extension View {
  /// A sample as the view shows it, without the mixing.
  ///
  /// Flips, rotation and zoom about the centre are one bilinear sampling; where the picture does not
  /// reach, the mean of its border stands, so that a turn draws no dark corners into a bright field.
  func shows(_ image: Image) -> Image {
    var out = image
    if angle != 0 || zoom != 1 {
      var map = AffineMap()
      if flipsHorizontally { map = map.flippedHorizontally }
      if flipsVertically { map = map.flippedVertically }
      out = out.warped(by: map.rotated(degrees: angle).zoomed(by: zoom), fill: out.borderMean)
    } else {
      if flipsHorizontally { out = out.flippedHorizontally }
      if flipsVertically { out = out.flippedVertically }
    }
    if brightness != 1 { out = out.brightened(by: Float(brightness)) }
    if contrast != 1 { out = out.contrasted(by: Float(contrast)) }
    return out
  }
}

extension Image {
  /// `weight` of this image and the rest of another of the same size, rounded.
  func mixed(with other: Image, weight: Double) -> Image {
    // 16 bits of weight: the loop is whole numbers, and the same everywhere.
    let mine = Int32((weight * 65_536).rounded())
    let theirs = 65_536 - mine
    var out = self
    out.pixels = zip(pixels, other.pixels).map { left, right in
      UInt8(truncatingIfNeeded: (Int32(left) * mine + Int32(right) * theirs + 32_768) >> 16)
    }
    return out
  }
}
