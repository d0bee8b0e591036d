internal import Imaging

extension View {
  /// Renders an image with the view's transforms, without mixing.
  ///
  /// Flips, rotation, zoom, shear and pan about the centre are one bilinear resampling; areas
  /// outside the image are filled with the mean of its border, so that rotation adds no dark
  /// corners to a bright field. Brightness, contrast and emboss follow, then the operations.
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
  /// Mixes the outputs of the chains by weight, and the mixture with the image itself.
  ///
  /// Algorithm 1 of AugMix (Hendrycks et al. 2020).
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
  /// Mixes `weight` of this image with 1 - `weight` of another of the same size, rounded.
  func mixed(with other: Image, weight: Double) -> Image {
    // A 16-bit fixed-point weight: integer arithmetic gives the same result on every machine.
    let mine = Int32((weight * 65_536).rounded())
    let theirs = 65_536 - mine
    var out = self
    out.pixels = zip(pixels, other.pixels).map { left, right in
      UInt8(truncatingIfNeeded: (Int32(left) * mine + Int32(right) * theirs + 32_768) >> 16)
    }
    return out
  }

  /// Pastes a box of another image of the same size; returns the share of pixels that remain.
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
