internal import Imaging
internal import PipelineDSL

/// Finds the cells in an image.
///
/// White cells are found by their nuclei (`WhiteCells`). Alternatively, a cell is the bounding box
/// of the largest contour on a binary mask: Otsu's threshold on one channel, or ranges of HSV. With
/// Otsu's threshold, the side that contains most of the image border is the background, so that
/// both dark cells on a bright field and bright cells on black are found.
struct CellFinder: Sendable {
  /// The channel of the mask.
  enum Channel: String, ParameterChoice {
    /// The nuclei: the upper of three classes of blue minus red, and the cells around them.
    case nucleus
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
  var channel = Channel.nucleus
  /// The margin on each side of the box, as a share of its longer edge.
  var margin = 0.1
  /// Whether the box is made square, so that nothing is stretched.
  var square = true
  /// The edge of the box in pixels, regardless of the cell's size; `nil` to follow the cell.
  var window: Int?
  /// The minimum area of a nucleus or contour, as a share of the image.
  var minimumArea = 0.001
  /// Whether cells that reach the image border are ignored if there are others.
  var clearBorder = false
  /// For `hsv`: hue in degrees (through 360 if the end is smaller), saturation and value in 0 to 1.
  var ranges = (hue: (from: 230.0, to: 330.0), saturation: 0.2...1.0, value: 0.0...1.0)

  /// A cell with a smaller area, as a share of the largest one's, is dirt or a platelet.
  private static let smallest = 0.2

  /// The boxes to cut out, the tight box of the cell in each, and whether a cell was found; if not,
  /// both are the boxes of the whole image.
  ///
  /// Without `all`, one box around the largest cell; otherwise one per cell, from top to bottom. A
  /// square box lies inside the image if it fits; otherwise it extends beyond it on both sides.
  func boxes(
    in image: Image, all: Bool
  ) -> (boxes: [Rectangle], cells: [Rectangle], found: Bool) {
    var cells = cells(in: image)
    if !all { cells = cells.max { $0.area < $1.area }.map { [$0] } ?? [] }
    guard !cells.isEmpty else {
      let all = Rectangle(x: 0, y: 0, width: image.width, height: image.height)
      return ([whole(of: image)], [all], false)
    }
    return (cells.map { placed($0.box, in: image) }, cells.map(\.box), true)
  }

  /// The tight box of each cell, and the area of its nucleus or contour, from top to bottom.
  private func cells(in image: Image) -> [(box: Rectangle, area: Int)] {
    let least = minimumArea * Double(image.width * image.height)
    let all: [(box: Rectangle, area: Int)]
    if channel == .nucleus {
      all = WhiteCells(in: image, atLeast: least).cells.map { ($0.boundingBox, $0.nucleusArea) }
    } else {
      guard let mask = mask(of: image) else { return [] }
      let contours = Contours.all(in: mask, atLeast: max(least, 1))
      all = contours.map { ($0.boundingBox, $0.area) }
    }
    let inner = clearBorder ? all.filter { !Self.reachesBorder($0.box, of: image) } : all
    let kept = inner.isEmpty ? all : inner
    let largest = kept.map(\.area).max() ?? 0
    return kept.filter { Double($0.area) >= Self.smallest * Double(largest) }
      .sorted { $0.area > $1.area }.prefix(Sample.mostCells)
      .sorted { ($0.box.y, $0.box.x) < ($1.box.y, $1.box.x) }
  }

  private static func reachesBorder(_ box: Rectangle, of image: Image) -> Bool {
    box.x == 0 || box.y == 0 || box.x + box.width == image.width
      || box.y + box.height == image.height
  }

  /// The box that is cut out around a cell.
  private func placed(_ box: Rectangle, in image: Image) -> Rectangle {
    if let window { return squared(box, in: image, edge: window) }
    let longer = max(box.width, box.height)
    let extra = Int((margin * Double(longer)).rounded())
    if square {
      // A margin must not push the box out of the image; only a cell too long for it can.
      let edge = max(longer, min(longer + 2 * extra, image.width, image.height))
      return squared(box, in: image, edge: edge)
    }
    let (left, top) = (max(0, box.x - extra), max(0, box.y - extra))
    let right = min(image.width, box.x + box.width + extra)
    let bottom = min(image.height, box.y + box.height + extra)
    return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
  }

  /// The box if no cell is found: the whole image, or the window in its middle.
  private func whole(of image: Image) -> Rectangle {
    let whole = Rectangle(x: 0, y: 0, width: image.width, height: image.height)
    guard square || window != nil else { return whole }
    return squared(whole, in: image, edge: window ?? max(image.width, image.height))
  }

  /// The mask with 255 on the cell; `nil` if the channel has none.
  private func mask(of image: Image) -> Image? {
    let plane: Image
    switch channel {
    case .saturation: plane = image.saturation
    case .grey: plane = image.grey
    case .hsv:
      return image.mask(
        hue: ranges.hue, saturation: ranges.saturation, value: ranges.value)
    case .nucleus, .none: return nil
    }
    var mask = plane.mask(above: Otsu.threshold(plane))
    if mask.borderMean >= 128 { mask.pixels = mask.pixels.map { 255 - $0 } }
    return mask
  }

  /// The square of an edge around the middle of a box, moved into the image if it fits.
  private func squared(_ box: Rectangle, in image: Image, edge: Int) -> Rectangle {
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
