/// Lymphoma sections: fields crowded with one kind of lymphoid cell, several from each case.
enum LymphomaLayout {
  static let root = "Lymphoma"
  private static let slides = 6
  private static let classes: [(String, CellKind)] = [
    ("CLL", .chronicLymphocyte), ("FL", .preB), ("MCL", .haematogone),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    // Drawn at a quarter of 1388 x 1040: only the layout matters here.
    let factor = 0.25 * sizeFactor
    let frame = Frame(
      width: Int((1388 * factor).rounded()), height: Int((1040 * factor).rounded()),
      scale: Float(18 * factor), crowd: 24)
    let looks = (0..<slides).map { SlideLook.drawn(for: .lymphoma, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = classes[position % classes.count]
      let number = position / classes.count
      let slide = number / 3 % slides
      let name = "sj-05-\(5000 + 100 * slide + position % classes.count)"
      let region = number % 2 == 0 ? "-R\(1 + number % 4)" : ""
      return PlannedImage(
        source: .lymphoma, label: label, number: number, kind: kind, frame: frame,
        look: looks[slide],
        path: "\(root)/\(label)/\(name)\(region)_\(PlannedImage.padded(number + 1, digits: 3)).tif",
        encoding: .tiff(alpha: false))
    }
  }
}
