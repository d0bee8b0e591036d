internal import Imaging
internal import PipelineDSL

/// The contact sheet of `segment-nucleus`: some crops with the outlines of nucleus and cell.
struct SegmentationSheet: Sendable {
  /// The file's name.
  static let file = "sheet.png"
  /// The longest edge of a crop on the sheet, in pixels.
  private static let edge = 112
  private static let columns = 8

  private let shown: Set<String>
  private var tiles: [String: Image] = [:]

  /// Creates a sheet of `count` samples, equally many of each label, the first ones by id.
  init(_ samples: [Sample], count: Int) { shown = CropSheet(samples, count: count).shown }

  /// Adds a crop, if it is shown.
  mutating func add(_ id: String, _ image: Image, _ regions: CellRegions) {
    guard shown.contains(id) else { return }
    let nucleus = CellRegions.Region.nucleus.rawValue
    let outlined =
      image
      .boundaries(of: regions.labels.map { $0 > 0 ? 1 : 0 }, colour: (0, 200, 80))
      .boundaries(of: regions.labels.map { $0 == nucleus ? 1 : 0 }, colour: (255, 255, 0))
    let longer = max(image.width, image.height)
    tiles[id] =
      longer <= Self.edge
      ? outlined
      : outlined.resized(
        width: max(1, image.width * Self.edge / longer),
        height: max(1, image.height * Self.edge / longer))
  }

  /// Writes the sheet, with samples ordered by label and id.
  func write(_ samples: [Sample], to folder: String) throws {
    let order = samples.sorted { ($0.label, $0.id) < ($1.label, $1.id) }
    let tiles = order.compactMap { self.tiles[$0.id] }
    guard !tiles.isEmpty else { return }
    try writeFile(
      try PNGCodec.encode(ContactSheet.draw(tiles, columns: Self.columns)),
      folder + "/" + Self.file)
  }
}
