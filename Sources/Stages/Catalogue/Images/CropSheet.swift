internal import Imaging
internal import PipelineDSL

/// The contact sheet of `crop-normalise`: some originals with their crop boxes, each with its first crop.
struct CropSheet: Sendable {
  /// The file's name.
  static let file = "sheet.png"
  /// The edge of an image on the sheet, in pixels.
  private static let edge = 112
  private static let (columns, gap) = (6, 4)
  /// The colour of the box.
  private static let outline: [UInt8] = [0, 160, 80]

  /// The ids of the samples that are shown.
  let shown: Set<String>
  private var pairs: [String: Image] = [:]

  /// Creates a sheet of `count` samples, equally many of each label, the first ones by id.
  init(_ samples: [Sample], count: Int) {
    let labels = Dictionary(grouping: samples, by: \.label).sorted { $0.key < $1.key }.map(\.value)
    var shown: Set<String> = []
    var round = 0
    while shown.count < min(count, samples.count) {
      for group in labels where round < group.count && shown.count < count {
        shown.insert(group[round].id)
      }
      round += 1
    }
    self.shown = shown
  }

  /// Adds the image pair of a sample.
  mutating func add(_ id: String, _ pair: Image) { pairs[id] = pair }

  /// An original with its boxes, and the first crop, side by side.
  ///
  /// - Precondition: there is a result.
  static func pair(_ original: Image, _ results: [Preparation.Result]) -> Image {
    let before = thumbnail(original, boxes: results.map(\.transform.box))
    let after = results[0].image.resized(width: edge, height: edge)
    return ContactSheet.draw([before, after], columns: 2, gap: 1, background: 255)
  }

  /// Writes the sheet, with samples ordered by label and id.
  func write(_ samples: [Sample], to folder: String) throws {
    let order = samples.sorted { ($0.label, $0.id) < ($1.label, $1.id) }
    let tiles = order.compactMap { pairs[$0.id] }
    guard !tiles.isEmpty else { return }
    let sheet = ContactSheet.draw(tiles, columns: Self.columns, gap: Self.gap)
    try writeFile(try PNGCodec.encode(sheet), folder + "/" + Self.file)
  }

  private static func thumbnail(_ original: Image, boxes: [Rectangle]) -> Image {
    let scale = Double(edge) / Double(max(original.width, original.height))
    func scaled(_ length: Int) -> Int { Int((Double(length) * scale).rounded()) }
    var small = original.coloured.resized(
      width: max(1, scaled(original.width)), height: max(1, scaled(original.height)))
    func dot(_ x: Int, _ y: Int) {
      guard (0..<small.width).contains(x), (0..<small.height).contains(y) else { return }
      for channel in 0..<3 { small[x, y, channel] = outline[channel] }
    }
    for box in boxes {
      let (left, right) = (scaled(box.x), scaled(box.x + box.width) - 1)
      let (top, bottom) = (scaled(box.y), scaled(box.y + box.height) - 1)
      for x in left...max(left, right) {
        dot(x, top)
        dot(x, bottom)
      }
      for y in top...max(top, bottom) {
        dot(left, y)
        dot(right, y)
      }
    }
    return small
  }
}
