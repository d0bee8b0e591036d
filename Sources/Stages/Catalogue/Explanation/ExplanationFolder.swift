internal import Foundation
internal import Imaging
internal import PipelineDSL

/// The files of an explanations artifact: views, arrays, `index.csv` and `overview.png`.
struct ExplanationFolder {
  private let root: String
  private let classes: [String]
  private var used: Set<String> = []
  private var rows: [[String]] = []
  private var tiles: [Image] = []

  /// A folder for the explanations of a model with some classes.
  init(_ root: String, classes: [String]) { (self.root, self.classes) = (root, classes) }

  /// One method's explanation of one image.
  struct Entry {
    /// The method's name, which is also its folder.
    var method: String
    /// The views by the end of their file names, without extension.
    var views: [(suffix: String, image: Image)]
    /// The arrays by the end of their file names, without extension.
    var arrays: [(suffix: String, array: NPYArray)]
    /// How well a linear explanation fits, for LIME.
    var fit: Double?
    /// How well the saliency finds the mask, if there is one.
    var scores: SaliencyScores?
  }

  /// Begins the row of an image in the overview: green around a right one, red around a wrong one.
  mutating func begin(_ prediction: ExplainedModel.Prediction, _ image: Image) {
    tiles.append(image.framed(prediction.isRight ? (0, 160, 0) : (220, 0, 0)))
  }

  /// Writes the files of an explanation and its row of the index.
  mutating func add(
    _ entry: Entry, _ prediction: ExplainedModel.Prediction
  ) throws(StageFailure) {
    let folder = "\(entry.method)/\(Self.fileName(prediction.sample.label))"
    do {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    } catch {
      throw StageFailure("\(root)/\(folder): cannot be made: \(systemReason(of: error))")
    }
    let base = unused(
      "\(folder)/\(prediction.isRight ? "right" : "wrong")-\(Self.short(prediction.sample.id))")
    var files: [String] = []
    for view in entry.views {
      files.append("\(base)\(view.suffix).png")
      try writeFile(png(view.image), "\(root)/\(base)\(view.suffix).png")
      tiles.append(view.image)
    }
    for array in entry.arrays {
      files.append("\(base)\(array.suffix).npy")
      try writeFile(array.array.encoded, "\(root)/\(base)\(array.suffix).npy")
    }
    rows.append(
      [
        prediction.sample.id, entry.method, prediction.sample.label,
        classes[prediction.predicted], decimal(Double(prediction.probability), 6),
        String(prediction.isRight), files.joined(separator: " "),
        entry.fit.map { decimal($0, 6) } ?? "",
      ]
        + (entry.scores?.values.map { decimal($0, 6) }
          ?? [String](repeating: "", count: SaliencyScores.names.count)))
  }

  /// Writes the index, and the overview with `columns` tiles a row.
  func finish(columns: Int) throws(StageFailure) {
    let index = CSVTable(
      columns: ["id", "method", "label", "predicted", "probability", "right", "files", "fit"]
        + SaliencyScores.names, rows: rows)
    try writeFile(index.bytes, root + "/index.csv")
    try writeFile(
      png(ContactSheet.draw(tiles, columns: columns, gap: 4)), root + "/overview.png")
  }

  /// A name with nothing in it that means something to a file system.
  static func fileName(_ text: String) -> String {
    let name = String(
      text.unicodeScalars.map { scalar -> Character in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_".unicodeScalars.contains(scalar) ? Character(scalar) : "-"
      })
    return name.isEmpty ? "-" : name
  }

  /// Enough of an id to find it in the index: twelve digits, and the member in an archive.
  static func short(_ id: String) -> String {
    guard let colon = id.firstIndex(of: ":") else { return fileName(String(id.prefix(12))) }
    return fileName(String(id[..<colon].prefix(12))) + "-"
      + fileName(String(id[id.index(after: colon)...]))
  }

  /// The name, numbered if there is one like it already.
  private mutating func unused(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !used.insert(candidate).inserted {
      number += 1
      candidate = "\(name)-\(number)"
    }
    return candidate
  }

  private func png(_ image: Image) throws(StageFailure) -> [UInt8] {
    do { return try PNGCodec.encode(image) } catch { throw StageFailure("a view: \(error)") }
  }
}

extension Image {
  /// The image with its outermost pixels, a fortieth of its width, in a colour.
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
