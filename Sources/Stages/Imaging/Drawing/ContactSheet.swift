/// Many small images on one sheet.
public enum ContactSheet {
  /// The tiles in rows of `columns`, each centred in a cell as large as the largest tile.
  ///
  /// There are `gap` pixels of `background` between the cells and around them.
  ///
  /// - Precondition: there is at least one tile and one column, and the gap is not negative.
  public static func draw(
    _ tiles: [Image], columns: Int, gap: Int = 4, background: UInt8 = 255
  ) -> Image {
    precondition(!tiles.isEmpty && columns > 0 && gap >= 0)
    let across = min(columns, tiles.count)
    let down = (tiles.count + across - 1) / across
    let cellWidth = tiles.reduce(1) { max($0, $1.width) }
    let cellHeight = tiles.reduce(1) { max($0, $1.height) }
    var sheet = Image(
      width: across * (cellWidth + gap) + gap, height: down * (cellHeight + gap) + gap,
      filledWith: background)
    for (index, tile) in tiles.enumerated() {
      let left = gap + index % across * (cellWidth + gap) + (cellWidth - tile.width) / 2
      let top = gap + index / across * (cellHeight + gap) + (cellHeight - tile.height) / 2
      let pixels = tile.coloured.pixels
      for y in 0..<tile.height {
        let target = ((top + y) * sheet.width + left) * 3
        let source = y * tile.width * 3
        sheet.pixels.replaceSubrange(
          target..<target + tile.width * 3, with: pixels[source..<source + tile.width * 3])
      }
    }
    return sheet
  }

  /// The cells of a sheet that `draw` made of `count` tiles, in the same order; `nil` if a sheet of
  /// this size has another number of tiles or another gap.
  public static func cells(
    of sheet: Image, count: Int, columns: Int, gap: Int = 4
  ) -> [Image]? {
    guard count > 0, columns > 0, gap >= 0 else { return nil }
    let across = min(columns, count)
    let down = (count + across - 1) / across
    let (width, height) = (sheet.width - gap, sheet.height - gap)
    guard width.isMultiple(of: across), height.isMultiple(of: down), width / across > gap,
      height / down > gap
    else { return nil }
    return (0..<count).map { index in
      sheet.cropped(
        to: Rectangle(
          x: gap + index % across * (width / across), y: gap + index / across * (height / down),
          width: width / across - gap, height: height / down - gap))
    }
  }
}
