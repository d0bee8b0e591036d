/// One folder for each of the FAB types L1, L2 and L3.
enum FABLayout {
  static let root = "FAB"
  private static let slides = 5
  private static let classes: [(String, CellKind)] = [
    ("L1", .earlyPreB), ("L2", .preB), ("L3", .proB),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((256 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 10 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .fab, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = classes[position % classes.count]
      let number = position / classes.count
      return PlannedImage(
        source: .fab, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides],
        path: "\(root)/\(label)/\(label)_\(PlannedImage.padded(number + 1, digits: 3)).jpg",
        encoding: .jpeg)
    }
  }
}
