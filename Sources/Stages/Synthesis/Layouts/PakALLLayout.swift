/// Pak-ALL: the benign precursor and three stages of ALL from several laboratories, as JPEGs of
/// mixed sizes.
enum PakALLLayout {
  static let root = "Pak-ALL"
  private static let slides = 12
  private static let edges: [(Int, Float)] = [(180, 1), (200, 2), (224, 2)]
  private static let classes: [(String, CellKind)] = [
    ("Benign", .haematogone), ("Early", .earlyPreB), ("Pre", .preB), ("Pro", .proB),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let looks = (0..<slides).map { SlideLook.drawn(for: .pakALL, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = classes[position % classes.count]
      let number = position / classes.count
      var random = CounterRandom(
        seed: seed, source: "pak-all/\(label)", image: number, purpose: "size")
      let edge = Int((Double(random.choose(edges)) * sizeFactor).rounded())
      let frame = Frame(width: edge, height: edge, scale: 8.5 * Float(sizeFactor))
      let name = "\(label.lowercased())_\(PlannedImage.padded(number + 1)).jpg"
      return PlannedImage(
        source: .pakALL, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides], path: "\(root)/\(label)/\(name)", encoding: .jpeg)
    }
  }
}
