internal import Imaging

/// The Taleqani set, original and segmented, with its sister release, and the multi-cancer copies.
enum TaleqaniLayout {
  static let root = "Taleqani"
  static let multiCancer = "Multi_Cancer"
  private static let slides = 8
  private static let classes: [(String, CellKind)] = [
    ("Benign", .haematogone), ("Early", .earlyPreB), ("Pre", .preB), ("Pro", .proB),
  ]
  private static let sister = [
    "Benign": "Benign", "Early": "[Malignant] early Pre-B", "Pre": "[Malignant] Pre-B",
    "Pro": "[Malignant] Pro-B",
  ]

  /// 224 x 224 JPEG; every fifth original belongs to the sister release, and some images exist
  /// twice.
  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((224 * sizeFactor).rounded())
    let looks = (0..<slides).map { SlideLook.drawn(for: .taleqani, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = classes[position % classes.count]
      let number = position / classes.count
      // Odd numbers are the segmented versions of the preceding even ones.
      let isSegmented = number % 2 == 1
      let drawing = number / 2
      let frame = Frame(
        width: edge, height: edge, scale: 9 * Float(sizeFactor), blackBackground: isSegmented)
      let stage = label == "Benign" ? "Benign" : "Malignant-\(label)"
      let name = "WBC-\(stage)-\(PlannedImage.padded(drawing + 1, digits: 3)).jpg"
      let folder =
        isSegmented
        ? "Segmented/\(label)"
        : drawing % 5 == 4
          ? "Blood cell Cancer [ALL]/\(sister[label] ?? label)" : "Original/\(label)"
      return PlannedImage(
        source: .taleqani, label: label, number: number, kind: kind, frame: frame,
        look: looks[drawing % slides], path: "\(root)/\(folder)/\(name)",
        copies: number == 0 ? ["\(root)/\(folder)/WBC-\(stage)-000.jpg"] : [], drawing: drawing,
        encoding: .jpeg)
    }
  }

  /// Mirrored copies of Taleqani's originals, three of each.
  ///
  /// A model trained on one set and tested on the other has already seen the cells.
  static func multiCancerImages(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((224 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 9 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .taleqani, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (stage, kind) = classes[position % classes.count]
      let number = position / classes.count
      let label = "all_\(stage.lowercased())"
      let drawing = number / 3
      return PlannedImage(
        source: .multiCancer, label: label, number: number, kind: kind, frame: frame,
        look: looks[drawing % slides],
        path: "\(multiCancer)/ALL/\(label)/\(label)_\(PlannedImage.padded(number + 1)).jpg",
        drawing: drawing, drawnAs: "\(SyntheticDataset.Source.taleqani.rawValue)/\(stage)",
        turn: 1 + number % 3, encoding: .jpeg)
    }
  }
}
