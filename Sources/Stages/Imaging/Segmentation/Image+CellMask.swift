extension Image {
  /// 255 on the cell in a box, nucleus and cytoplasm, else 0; `nil` if there is no such pixel.
  ///
  /// A pixel counts if its hue, saturation and value are in the given ranges (see
  /// `mask(hue:saturation:value:)`). Holes are filled, and the mask is opened with a square of
  /// radius 1 per 60 pixels of the box, at least 1, which removes specks and threads. Of the
  /// regions in `area` that remain, connected by sides or corners, the cell is those with more
  /// pixels inside the box than outside, and at least a fifth of the largest one's: the parts of
  /// one cell, without platelets and dirt. Without such a part, the cell is part of a clump: it is
  /// then the part in the box of the region with most pixels there. Holes that are left are filled.
  ///
  /// - Parameters:
  ///   - box: the box around the cell.
  ///   - area: the area of the mask, which may extend beyond the image, where the mask is 0.
  ///   - hue: the range of hue in degrees; through 360 if it ends before it begins.
  ///   - saturation: the range of saturation, in 0...1.
  ///   - value: the range of value, in 0...1.
  /// - Returns: a mask of one channel with the size of `area`.
  public func cellMask(
    of box: Rectangle, in area: Rectangle, hue: (from: Double, to: Double),
    saturation: ClosedRange<Double>, value: ClosedRange<Double>
  ) -> Image? {
    let (left, right) = (max(area.x, 0), min(area.x + area.width, width))
    let (top, bottom) = (max(area.y, 0), min(area.y + area.height, height))
    guard left < right, top < bottom else { return nil }
    let part = Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    let stained = cropped(to: part).mask(hue: hue, saturation: saturation, value: value)
    let radius = max(1, max(box.width, box.height) / 60)
    let mask = BinaryMask(stained).filled().opened(radius: radius)
    let inner = Rectangle(x: box.x - left, y: box.y - top, width: box.width, height: box.height)
    guard let cell = mask.cell(in: inner)?.filled() else { return nil }
    var out = Image(width: area.width, height: area.height, channels: 1)
    for y in 0..<part.height {
      for x in 0..<part.width where cell.isSet[y * part.width + x] {
        out[x + left - area.x, y + top - area.y, 0] = 255
      }
    }
    return out
  }

  /// The image with every pixel at which a mask is below 128 replaced by one value.
  ///
  /// - Precondition: the mask has one channel and the size of the image.
  public func filled(outside mask: Image, with value: UInt8) -> Image {
    precondition(mask.channels == 1 && mask.width == width && mask.height == height)
    var out = self
    for pixel in mask.pixels.indices where mask.pixels[pixel] < 128 {
      for at in pixel * channels..<(pixel + 1) * channels { out.pixels[at] = value }
    }
    return out
  }
}
