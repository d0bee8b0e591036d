internal import Imaging
internal import PipelineDSL

/// Finds the cell in a picture: the bounding box of the largest contour on a binary mask.
///
/// The mask is Otsu's of one channel, or what lies in ranges of HSV. Of Otsu's the side of the threshold
/// on which most of the picture's border lies is the ground, so that dark cells on a bright field and
/// bright ones on black are both found.
struct CellFinder: Sendable {
  /// What the mask is made of.
  enum Channel: String, ParameterChoice {
    /// Saturation: stained cells stand out from a pale field, and from black.
    case saturation
    /// Luma.
    case grey
    /// Hue, saturation and value within ranges: colours that are known.
    case hsv
    /// No mask: the whole picture.
    case none
  }

  /// What the mask is made of.
  var channel = Channel.saturation
  /// What is added on each side of the box, as a share of its longer edge.
  var margin = 0.05
  /// Whether the box is made square, so that nothing is stretched.
  var square = true
  /// The share of the picture below which a contour is no cell.
  var minimumArea = 0.01
  /// Whether contours that reach the picture's border are passed over while there are others.
  var clearBorder = false
  /// For `hsv`: hue in degrees (from a greater number to a smaller one through 360), saturation and
  /// value from 0 to 1.
  var ranges = (hue: (from: 230.0, to: 330.0), saturation: 0.2...1.0, value: 0.0...1.0)

  /// The box to cut out, and whether a cell was found; without one it is the whole picture's.
  ///
  /// A square box lies inside the picture where it fits, else it reaches beyond on both sides.
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

  /// The largest contour that is large enough.
  private func contour(in image: Image) -> Contour? {
    guard let mask = mask(of: image) else { return nil }
    let least = minimumArea * Double(image.width * image.height)
    let masks = clearBorder ? [mask.withoutBorderRegions, mask] : [mask]
    return masks.lazy.compactMap { Contours.largest(in: $0) }.first { Double($0.area) >= least }
  }

  /// The mask with 255 on the cell; `nil` without a channel to make it of.
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
    // A margin may not push the box out of the picture; only a cell that is too long for it can.
    let edge = max(longer, min(longer + 2 * margin, image.width, image.height))
    func start(_ from: Int, _ length: Int, _ limit: Int) -> Int {
      // Floors also for a box that reaches beyond.
      let middle = (2 * from + length - edge) >> 1
      return edge <= limit ? min(max(middle, 0), limit - edge) : (limit - edge) >> 1
    }
    return Rectangle(
      x: start(box.x, box.width, image.width), y: start(box.y, box.height, image.height),
      width: edge, height: edge)
  }
}

extension Image {
  /// The part inside a box that may reach beyond the image, whose border pixels are repeated there.
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
