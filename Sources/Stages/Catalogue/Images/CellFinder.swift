internal import Imaging
internal import PipelineDSL

/// Finds the cell in an image: the bounding box of the largest contour on a binary mask.
///
/// The mask is Otsu's threshold on one channel, or ranges of HSV. With Otsu's threshold, the side
/// that contains most of the image border is the background, so that both dark cells on a bright
/// field and bright cells on black are found.
struct CellFinder: Sendable {
  /// The channel of the mask.
  enum Channel: String, ParameterChoice {
    /// Saturation: stained cells stand out from a pale field, and from black.
    case saturation
    /// Luma.
    case grey
    /// Ranges of hue, saturation and value, for known colours.
    case hsv
    /// No mask: the whole image.
    case none
  }

  /// The channel of the mask.
  var channel = Channel.saturation
  /// The margin on each side of the box, as a share of its longer edge.
  var margin = 0.05
  /// Whether the box is made square, so that nothing is stretched.
  var square = true
  /// The minimum area of a cell's contour, as a share of the image.
  var minimumArea = 0.01
  /// Whether contours that reach the image border are ignored if there are others.
  var clearBorder = false
  /// For `hsv`: hue in degrees (through 360 if the end is smaller), saturation and value in 0 to 1.
  var ranges = (hue: (from: 230.0, to: 330.0), saturation: 0.2...1.0, value: 0.0...1.0)

  /// The box to cut out, and whether a cell was found; if not, it is the box of the whole image.
  ///
  /// A square box lies inside the image if it fits; otherwise it extends beyond it on both sides.
  func box(in image: Image) -> (box: Rectangle, found: Bool) {
    let whole = Rectangle(x: 0, y: 0, width: image.width, height: image.height)
    guard let contour = contour(in: image) else {
      return (square ? squared(whole, in: image, margin: 0) : whole, false)
    }
    let box = contour.boundingBox
    let extra = Int((margin * Double(max(box.width, box.height))).rounded())
    guard !square else { return (squared(box, in: image, margin: extra), true) }
    let (left, top) = (max(0, box.x - extra), max(0, box.y - extra))
    let right = min(image.width, box.x + box.width + extra)
    let bottom = min(image.height, box.y + box.height + extra)
    return (Rectangle(x: left, y: top, width: right - left, height: bottom - top), true)
  }

  /// The largest contour, if it is large enough.
  private func contour(in image: Image) -> Contour? {
    guard let mask = mask(of: image) else { return nil }
    let least = minimumArea * Double(image.width * image.height)
    let masks = clearBorder ? [mask.withoutBorderRegions, mask] : [mask]
    return masks.lazy.compactMap { Contours.largest(in: $0) }.first { Double($0.area) >= least }
  }

  /// The mask with 255 on the cell; `nil` if the channel is `none`.
  func mask(of image: Image) -> Image? {
    let plane: Image
    switch channel {
    case .saturation: plane = image.saturation
    case .grey: plane = image.grey
    case .hsv:
      return image.mask(
        hue: ranges.hue, saturation: ranges.saturation, value: ranges.value)
    case .none: return nil
    }
    var mask = plane.mask(above: Otsu.threshold(plane))
    if mask.borderMean >= 128 { mask.pixels = mask.pixels.map { 255 - $0 } }
    return mask
  }

  private func squared(_ box: Rectangle, in image: Image, margin: Int) -> Rectangle {
    let longer = max(box.width, box.height)
    // A margin must not push the box out of the image; only a cell that is too long for it can.
    let edge = max(longer, min(longer + 2 * margin, image.width, image.height))
    func start(_ from: Int, _ length: Int, _ limit: Int) -> Int {
      // The shift rounds down, also if the box extends beyond the image.
      let middle = (2 * from + length - edge) >> 1
      return edge <= limit ? min(max(middle, 0), limit - edge) : (limit - edge) >> 1
    }
    return Rectangle(
      x: start(box.x, box.width, image.width), y: start(box.y, box.height, image.height),
      width: edge, height: edge)
  }
}

extension Image {
  /// The part inside a box that may extend beyond the image; border pixels are repeated there.
  func cut(_ box: Rectangle) -> Image {
    let (left, right) = (max(0, box.x), min(width, box.x + box.width))
    let (top, bottom) = (max(0, box.y), min(height, box.y + box.height))
    let inner = cropped(to: Rectangle(x: left, y: top, width: right - left, height: bottom - top))
    guard inner.width != box.width || inner.height != box.height else { return inner }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(box.width * box.height * channels)
    let row = inner.width * channels
    for y in box.y..<box.y + box.height {
      let start = (min(max(y, top), bottom - 1) - top) * row
      let line = inner.pixels[start..<start + row]
      let (first, last) = (line[start..<start + channels], line[(line.endIndex - channels)...])
      for _ in box.x..<left { pixels += first }
      pixels += line
      for _ in right..<box.x + box.width { pixels += last }
    }
    return Image(width: box.width, height: box.height, channels: channels, pixels: pixels)
  }
}
