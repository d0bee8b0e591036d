internal import Foundation
internal import Imaging
internal import PipelineDSL

/// The files of an explanations artifact: views, arrays, `index.csv` and the overview.
struct ExplanationFolder {
  private let root: String
  private let classes: [String]
  private let scores: [String]
  private var used: Set<String> = []
  private var rows: [[String]] = []
  private var tiles: [Image] = []

  /// A folder for the explanations of a model with some classes; `scores` names the score columns.
  init(
    _ root: String, classes: [String],
    scores: [String] = SaliencyScores.names(withCytoplasm: false)
  ) {
    (self.root, self.classes, self.scores) = (root, classes, scores)
  }

  /// One method's explanation of one image.
  struct Entry {
    /// The method's name, which is also its folder; parts between slashes are nested folders.
    var method: String
    /// The result of the method.
    var finding: Finding
    /// The scores of the saliency against the mask, if there is one.
    var scores: SaliencyScores?
  }

  /// Begins an image's row in the overview, framed green if predicted right and red if wrong.
  mutating func begin(_ prediction: ExplainedModel.Prediction, _ image: Image) {
    tiles.append(Self.tile(image).framed(prediction.isRight ? (0, 160, 0) : (220, 0, 0)))
  }

  /// Writes the files of an explanation and its row in the index.
  mutating func add(
    _ entry: Entry, _ prediction: ExplainedModel.Prediction
  ) throws(StageError) {
    let parts = entry.method.split(separator: "/").map(String.init) + [prediction.sample.label]
    let folder = parts.map(Self.fileName).joined(separator: "/")
    do {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    } catch {
      throw StageError("\(root)/\(folder): cannot be created: \(systemReason(of: error))")
    }
    // Without the prediction, so that an image has the same name for every model.
    let base = unused("\(folder)/\(Self.short(prediction.sample.id))")
    var files: [String] = []
    for view in entry.finding.views {
      files.append("\(base)\(view.suffix).png")
      try writeFile(png(view.image), "\(root)/\(base)\(view.suffix).png")
      tiles.append(Self.tile(view.image))
    }
    for array in entry.finding.arrays {
      files.append("\(base)\(array.suffix).npy")
      try writeFile(array.array.encoded, "\(root)/\(base)\(array.suffix).npy")
    }
    rows.append(
      [
        prediction.sample.id, entry.method, prediction.sample.label,
        classes[prediction.predicted], decimal(Double(prediction.probability), 6),
        String(prediction.isRight), files.joined(separator: " "),
        entry.finding.fit.map { decimal($0, 6) } ?? "",
        entry.finding.completeness.map { decimal($0.gap, 6) } ?? "",
      ]
        + (entry.scores?.values.map { decimal($0, 6) }
          ?? [String](repeating: "", count: scores.count)))
  }

  /// Writes the index and the overview, `columns` tiles per row: `overview.png` or numbered pages.
  func finish(columns: Int) throws(StageError) {
    let index = CSVTable(
      columns: ExplanationsFormat.columns + scores, rows: rows)
    try writeFile(index.bytes, root + "/" + ExplanationsFormat.file)
    let size = max(1, Self.tilesPerPage / columns) * columns
    let pages = stride(from: 0, to: tiles.count, by: size).map {
      Array(tiles[$0..<min($0 + size, tiles.count)])
    }
    let digits = String(pages.count).count
    for (page, tiles) in pages.enumerated() {
      // The same number of digits in all names, so that they sort in order.
      let number = String(page + 1)
      let padding = String(repeating: "0", count: digits - number.count)
      let name = pages.count == 1 ? "overview" : "overview-\(padding)\(number)"
      try writeFile(
        png(ContactSheet.draw(tiles, columns: columns, gap: 4)), "\(root)/\(name).png")
    }
  }

  /// The longest edge of an image in the overview, in pixels.
  private static let tileEdge = 96
  /// Images per page of the overview: about 500 kB of PNG, so that a report can include one or two
  /// pages per cell even if it has many cells.
  private static let tilesPerPage = 40

  /// An image for the overview, shrunk if it is larger than a tile.
  private static func tile(_ image: Image) -> Image {
    let longer = max(image.width, image.height)
    guard longer > tileEdge else { return image }
    return image.resized(
      width: max(1, image.width * tileEdge / longer),
      height: max(1, image.height * tileEdge / longer))
  }

  /// A name without characters that are special to a file system.
  static func fileName(_ text: String) -> String {
    let name = String(
      text.unicodeScalars.map { scalar -> Character in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_+".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
      })
    return name.isEmpty ? "-" : name
  }

  /// A short form of an id to find it in the index: twelve digits, the member in an archive, and
  /// the number of the cell.
  static func short(_ id: String) -> String {
    let image = Sample.imageID(id)
    if image != id { return short(image) + "-" + fileName(String(id.dropFirst(image.count + 1))) }
    guard let colon = id.firstIndex(of: ":") else { return fileName(String(id.prefix(12))) }
    return fileName(String(id[..<colon].prefix(12))) + "-"
      + fileName(String(id[id.index(after: colon)...]))
  }

  /// The name, with a number appended if it is already used.
  private mutating func unused(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !used.insert(candidate).inserted {
      number += 1
      candidate = "\(name)-\(number)"
    }
    return candidate
  }

  private func png(_ image: Image) throws(StageError) -> [UInt8] {
    do { return try PNGCodec.encode(image) } catch { throw StageError("a view: \(error)") }
  }
}

extension Image {
  /// The image with a frame in a colour, one fortieth of its width thick.
  func framed(_ colour: (UInt8, UInt8, UInt8)) -> Image {
    var framed = coloured
    let thickness = max(1, width / 40)
    for y in 0..<height {
      for x in 0..<width
      where min(x, y) < thickness || x >= width - thickness || y >= height - thickness {
        (framed[x, y, 0], framed[x, y, 1], framed[x, y, 2]) = colour
      }
    }
    return framed
  }
}
