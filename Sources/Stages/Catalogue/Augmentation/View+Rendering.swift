internal import Imaging

extension View {
  /// A sample as the view shows it, without the mixing.
  ///
  /// Flips, rotation, zoom, shear and pan about the centre are one bilinear sampling; where the picture
  /// does not reach, the mean of its border stands, so that a turn draws no dark corners into a bright
  /// field. Tones and relief follow, then the operations.
  func shows(_ image: Image) -> Image {
    var out = image
    if angle != 0 || zoom != 1 || shear != (0, 0) || pan != (0, 0) {
      var map = AffineMap()
      if flipsHorizontally { map = map.flippedHorizontally }
      if flipsVertically { map = map.flippedVertically }
      map = map.rotated(degrees: angle).zoomed(by: zoom).sheared(x: shear.x, y: shear.y)
      map = map.translated(x: pan.x * Double(image.width), y: pan.y * Double(image.height))
      out = out.warped(by: map, fill: out.borderMean)
    } else {
      if flipsHorizontally { out = out.flippedHorizontally }
      if flipsVertically { out = out.flippedVertically }
    }
    if brightness != 1 { out = out.brightened(by: Float(brightness)) }
    if contrast != 1 { out = out.contrasted(by: Float(contrast)) }
    if emboss > 0 { out = out.embossed.mixed(with: out, weight: emboss) }
    return operations.reduce(out) { $0.applying($1) }
  }
}

extension View.Mix {
  /// The chains' pictures, mixed by their weights, and the mixture with the picture itself.
  ///
  /// Algorithm 1 of AugMix (Hendrycks and others 2020).
  func shows(_ image: Image) -> Image {
    var sums = [Float](repeating: 0, count: image.pixels.count)
    func add(_ picture: Image, _ weight: Double) {
      let weight = Float(weight)
      for at in sums.indices { sums[at] += weight * Float(picture.pixels[at]) }
    }
    for chain in chains {
      add(chain.operations.reduce(image) { $0.applying($1) }, share * chain.weight)
    }
    add(image, 1 - share)
    var out = image
    for at in sums.indices { out.pixels[at] = UInt8(min(max(sums[at].rounded(), 0), 255)) }
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

  /// Puts a part of another image of the same size in place of this one's; gives the share of pixels
  /// that stay.
  mutating func paste(_ other: Image, _ box: View.Box) -> Double {
    func edge(_ share: Double, _ length: Int) -> Int { Int((share * Double(length)).rounded()) }
    let (left, right) = (edge(box.left, width), edge(box.right, width))
    let (top, bottom) = (edge(box.top, height), edge(box.bottom, height))
    for y in top..<bottom {
      let row = (y * width + left) * channels..<(y * width + right) * channels
      pixels.replaceSubrange(row, with: other.pixels[row])
    }
    return 1 - Double((right - left) * (bottom - top)) / Double(width * height)
  }
}
