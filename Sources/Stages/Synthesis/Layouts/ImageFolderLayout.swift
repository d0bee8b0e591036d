/// One sub-folder per class: here the benign precursor and three stages of ALL, as PNG.
enum ImageFolderLayout {
  static let root = "image-folder"
  private static let slides = 8
  private static let classes: [(String, CellKind)] = [
    ("Benign", .haematogone), ("Early", .earlyPreB), ("Pre", .preB), ("Pro", .proB),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((192 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 8 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .imageFolder, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = classes[position % classes.count]
      let number = position / classes.count
      return PlannedImage(
        source: .imageFolder, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides],
        path: "\(root)/\(label)/cell_\(PlannedImage.padded(number + 1)).png", encoding: .png)
    }
  }
}
