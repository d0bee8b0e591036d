/// A mask of Booleans, with the operations of morphology that make a cell's mask of it.
struct BinaryMask {
  private let (width, height): (Int, Int)
  /// Whether a pixel is in the mask, row by row from the top.
  let isSet: [Bool]

  /// A region with fewer pixels in a cell's box, relative to the largest one, is no part of it.
  private static let smallest = 0.2

  /// The non-zero pixels of an image of one channel.
  init(_ image: Image) {
    self.init(image.pixels.map { $0 != 0 }, image.width, image.height)
  }

  /// A mask with one value per pixel.
  init(_ isSet: [Bool], _ width: Int, _ height: Int) {
    (self.isSet, self.width, self.height) = (isSet, width, height)
  }

  /// The mask eroded and then dilated by a square of side `2 * radius + 1`.
  ///
  /// Pixels outside the image count for nothing, as in scikit-image's `opening` with
  /// `mode="ignore"`.
  func opened(radius: Int) -> BinaryMask {
    var mask = self
    for _ in 0..<radius { mask = mask.spread(false) }
    for _ in 0..<radius { mask = mask.spread(true) }
    return mask
  }

  /// Each pixel with `value` gives it to its eight neighbours, first along rows, then columns.
  private func spread(_ value: Bool) -> BinaryMask {
    var rows = isSet
    for y in 0..<height {
      let row = y * width
      for x in 0..<width where isSet[row + x] == value {
        if x > 0 { rows[row + x - 1] = value }
        if x + 1 < width { rows[row + x + 1] = value }
      }
    }
    var out = rows
    for y in 0..<height {
      let row = y * width
      for x in 0..<width where rows[row + x] == value {
        if y > 0 { out[row + x - width] = value }
        if y + 1 < height { out[row + x + width] = value }
      }
    }
    return BinaryMask(out, width, height)
  }

  /// The regions of the cell in a box, as `Image.cellMask` describes; `nil` without pixels there.
  func cell(in box: Rectangle) -> BinaryMask? {
    let regions = LabelledRegions(isSet, width, height)
    let (left, top) = (min(max(box.x, 0), width), min(max(box.y, 0), height))
    let columns = left..<max(left, min(box.x + box.width, width))
    let rows = top..<max(top, min(box.y + box.height, height))
    var inside = [Int](repeating: 0, count: regions.areas.count)
    for y in rows {
      for label in regions.labels[y * width + columns.lowerBound..<y * width + columns.upperBound]
      where label >= 0 {
        inside[Int(label)] += 1
      }
    }
    guard let most = inside.max(), most > 0 else { return nil }
    let own = inside.indices.filter { 2 * inside[$0] > regions.areas[$0] }
    guard let largest = own.map({ inside[$0] }).max() else {
      let clump = inside.firstIndex(of: most).map { Int32($0) }
      var out = [Bool](repeating: false, count: isSet.count)
      for y in rows {
        for x in columns { out[y * width + x] = regions.labels[y * width + x] == clump }
      }
      return BinaryMask(out, width, height)
    }
    var isKept = [Bool](repeating: false, count: inside.count)
    for region in own {
      isKept[region] = Double(inside[region]) >= Self.smallest * Double(largest)
    }
    return BinaryMask(regions.labels.map { $0 >= 0 && isKept[Int($0)] }, width, height)
  }

  /// The mask with its holes: pixels that no path of sides outside it connects to the border.
  ///
  /// As SciPy's `binary_fill_holes`.
  func filled() -> BinaryMask {
    var isOutside = [Bool](repeating: false, count: isSet.count)
    var open: [Int] = []
    func visit(_ pixel: Int) {
      guard !isSet[pixel], !isOutside[pixel] else { return }
      isOutside[pixel] = true
      open.append(pixel)
    }
    for x in 0..<width {
      visit(x)
      visit((height - 1) * width + x)
    }
    for y in 0..<height {
      visit(y * width)
      visit(y * width + width - 1)
    }
    while let pixel = open.popLast() {
      let (x, y) = (pixel % width, pixel / width)
      if x > 0 { visit(pixel - 1) }
      if x + 1 < width { visit(pixel + 1) }
      if y > 0 { visit(pixel - width) }
      if y + 1 < height { visit(pixel + width) }
    }
    return BinaryMask(isOutside.map { !$0 }, width, height)
  }
}
