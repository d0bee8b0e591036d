/// Raabin-WBC: five types in Train, TestA and Test-B, with mixed sizes and three kinds of names.
enum RaabinLayout {
  static let root = "Raabin-WBC"
  private static let slides = 12
  private static let types: [(String, CellKind)] = [
    ("Eosinophil", .eosinophil), ("Neutrophil", .neutrophil), ("Basophil", .basophil),
    ("Lymphocyte", .lymphocyte), ("Monocyte", .monocyte),
  ]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let looks = (0..<slides).map { SlideLook.drawn(for: .raabin, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = types[position % types.count]
      let number = position / types.count
      let width = [575, 575, 575, 512, 475][number % 5]
      let height = [575, 575, 575, 500, 524][number % 5]
      let frame = Frame(
        width: Int((Double(width) * sizeFactor).rounded()),
        height: Int((Double(height) * sizeFactor).rounded()), scale: 18 * Float(sizeFactor))
      let slide = number % slides
      return PlannedImage(
        source: .raabin, label: label, number: number, kind: kind, frame: frame, look: looks[slide],
        path:
          "\(root)/\(folder(position % types.count, number))/\(label)/\(name(slide, position)).jpg",
        encoding: .jpeg)
    }
  }

  /// Test-B has only two types, as in the real set.
  private static func folder(_ type: Int, _ number: Int) -> String {
    switch number % 5 {
    case 3: "TestA"
    case 4: type < 2 ? "Test-B" : "TestA"
    default: "Train"
    }
  }

  private static func name(_ slide: Int, _ position: Int) -> String {
    switch position % 7 {
    case 5: "20190\(1 + slide % 9)\(10 + slide)_11\(PlannedImage.padded(position))_0"
    case 6: "\(position)"
    default: "95-8-\(10 + slide)-\(1 + slide % 3)_\(position)_1"
    }
  }
}
