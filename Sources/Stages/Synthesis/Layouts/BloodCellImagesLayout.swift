/// Kaggle's blood-cells: photographs in dataset-master, and mirrored copies in dataset2-master.
enum BloodCellImagesLayout {
  static let root = "BloodCell_Images"
  private static let slides = 9
  /// Copies per photograph.
  private static let copies = 3
  private static let types: [(String, CellKind)] = [
    ("EOSINOPHIL", .eosinophil), ("LYMPHOCYTE", .lymphocyte), ("MONOCYTE", .monocyte),
    ("NEUTROPHIL", .neutrophil),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let looks = (0..<slides).map { SlideLook.drawn(for: .bloodCellImages, slide: $0, seed: seed) }
    return (0..<count).map { position in
      var (label, kind) = types[position % types.count]
      let number = position / types.count
      let (photograph, copy) = (number / (copies + 1), number % (copies + 1))
      let isWhole = copy == copies
      let factor = sizeFactor * (isWhole ? 2 : 1)
      let frame = Frame(
        width: Int((320 * factor).rounded()), height: Int((240 * factor).rounded()),
        scale: Float(9 * factor))
      let place = photograph * types.count + position % types.count
      // A photograph may show a type that has no folder among the copies.
      if isWhole && place % 10 == 9 { (label, kind) = ("BASOPHIL", .basophil) }
      let path =
        isWhole
        ? "dataset-master/dataset-master/JPEGImages/BloodImage_\(PlannedImage.padded(place, digits: 5)).jpg"
        : "dataset2-master/dataset2-master/images/\(split(photograph))/\(label)/"
          + "_\(photograph)_\(random(number, copy)).jpeg"
      return PlannedImage(
        source: .bloodCellImages, label: label, number: number, kind: kind, frame: frame,
        look: looks[photograph % slides], path: "\(root)/\(path)", drawing: photograph,
        turn: isWhole ? 0 : copy, encoding: .jpeg)
    }
  }

  /// A number of at most four digits that is unique among the copies of a photograph.
  private static func random(_ number: Int, _ copy: Int) -> Int {
    1 + Int(CounterRandom.mix(UInt64(number)) % 3333) * copies + copy
  }

  private static func split(_ photograph: Int) -> String {
    switch photograph % 5 {
    case 3: "TEST"
    case 4: "TEST_SIMPLE"
    default: "TRAIN"
    }
  }

  /// Writes the table of the photographs, their descriptions, and a table in the copies' folder.
  ///
  /// Some photographs show several types, none, or one without a folder.
  static func writeCompanions(
    _ images: [PlannedImage], to output: OutputFolder
  ) throws(SynthesisError) {
    var rows: [Int: String] = [:]
    for image in images where image.path.contains("JPEGImages") {
      guard let name = image.path.split(separator: "_").last, let number = Int(name.dropLast(4))
      else { continue }
      rows[number] =
        switch number % 10 {
        case 7: "\"\(image.label), BASOPHIL\""
        case 8: ""
        default: image.label
        }
      let text = "<annotation><object><name>WBC</name></object></annotation>\n"
      try output.write(
        Array(text.utf8),
        "\(root)/dataset-master/dataset-master/Annotations/BloodImage_"
          + "\(PlannedImage.padded(number, digits: 5)).xml")
    }
    let table =
      ",Image,Category\n" + rows.sorted { $0.key < $1.key }.map { ",\($0),\($1)\n" }.joined()
    try output.write(Array(table.utf8), "\(root)/dataset-master/dataset-master/labels.csv")
    try output.write(Array(table.utf8), "\(root)/dataset2-master/dataset2-master/labels.csv")
  }
}
