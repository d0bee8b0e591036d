internal import Imaging
internal import PipelineDSL

/// Masks of what a saliency map should find: `masks.csv` (id, path) and PNGs of one channel.
///
/// A mask has the size of the original image, 255 on the nucleus and 0 elsewhere.
struct NucleusMasks: Sendable {
  /// The table of a folder of masks.
  static let list = "masks.csv"

  private let entries: [String: LocationSnapshot.Entry]
  private let files: OriginalFiles

  /// Opens the masks of a folder; reads only its table.
  init(_ folder: LocationSnapshot) throws(StageError) {
    files = OriginalFiles([folder])
    let byPath = Dictionary(folder.entries.map { ($0.path, $0) }) { first, _ in first }
    guard let list = byPath[Self.list] else {
      throw StageError(
        "\(folder.root): no \(Self.list)", hint: "write one with the columns id and path")
    }
    let bytes = try files.read(list.digest)
    let place = "\(folder.root)/\(Self.list)"
    let rows: [(id: String, path: String)]
    do throws(CSVError) {
      let table = try CSVTable(parsing: bytes)
      let (id, path) = (try table.column("id"), try table.column("path"))
      rows = table.rows.map { ($0[id], $0[path]) }
    } catch {
      throw StageError("\(place): \(error)")
    }
    var entries: [String: LocationSnapshot.Entry] = [:]
    for row in rows {
      guard let entry = byPath[row.path] else {
        throw StageError("\(place): no such file in the folder: \(row.path)")
      }
      guard entries.updateValue(entry, forKey: row.id) == nil else {
        throw StageError("\(place): duplicate id \(row.id)")
      }
    }
    self.entries = entries
  }

  /// Whether a sample, or the image that it is a cell of, has a mask.
  func contains(_ id: String) -> Bool { entry(id) != nil }

  private func entry(_ id: String) -> LocationSnapshot.Entry? {
    entries[id] ?? entries[Sample.imageID(id)]
  }

  /// The mask of a sample at the size of its cropped image, true inside; `nil` if there is none.
  ///
  /// It is transformed like the image: cut out by the crop's box, with border pixels repeated
  /// beyond the original, then resized by nearest neighbour.
  func mask(
    of id: String, crop: CropTransform, width: Int, height: Int
  ) throws(StageError) -> [Bool]? {
    guard let entry = entry(id) else { return nil }
    let bytes = try files.read(entry.digest)
    let mask: Image
    do { mask = try PNGCodec.decode(bytes, channels: 1) } catch {
      throw StageError("mask \(entry.path): \(error)")
    }
    guard mask.width == crop.originalWidth, mask.height == crop.originalHeight else {
      throw StageError(
        "mask \(entry.path) is \(mask.width) x \(mask.height), but the original of sample \(id) "
          + "is \(crop.originalWidth) x \(crop.originalHeight)",
        hint: "provide masks of the originals' size; Assay crops them")
    }
    let columns = Self.nearest(crop.box.x, crop.box.width, to: width, within: mask.width)
    let rows = Self.nearest(crop.box.y, crop.box.height, to: height, within: mask.height)
    return rows.flatMap { y in columns.map { x in mask[x, y, 0] >= 128 } }
  }

  /// For each pixel of a resized side, the pixel of the original under its centre.
  private static func nearest(
    _ start: Int, _ length: Int, to size: Int, within limit: Int
  ) -> [Int] {
    (0..<size).map { min(max(start + (2 * $0 + 1) * length / (2 * size), 0), limit - 1) }
  }
}
