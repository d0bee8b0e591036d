/// ALL_IDB1, fields of several cells, and ALL_IDB2, single cells as TIFF.
///
/// Fields come from two cameras and have the blasts' centroids. In the real set the camera
/// correlates with the label; here both cameras show both labels.
enum ALLIDBLayout {
  static let root = "ALL_IDB"
  /// The maximum number of images: names have three digits, and the copies take two numbers.
  static let most = 996
  private static let slides = 8

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let looks = (0..<slides).map { SlideLook.drawn(for: .allIDB, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let label = position.isMultiple(of: 2) ? "1" : "0"
      let number = position / 2
      let isField = number % 4 == 0
      var random = CounterRandom(
        seed: seed, source: "all-idb/\(label)", image: number, purpose: "kind")
      let kind: CellKind =
        label == "1"
        ? random.choose([(.earlyPreB, 1), (.preB, 1), (.proB, 1)])
        : random.choose([(.lymphocyte, 2), (.neutrophil, 1), (.monocyte, 1)])
      let wide = number % 8 == 0
      let (width, height): (Double, Double) =
        isField ? (wide ? (2592, 1944) : (1712, 1368)) : (257, 257)
      // Fields are drawn at a quarter of the cameras' size: only the layout matters here.
      let factor = sizeFactor * (isField ? 0.25 : 1)
      let frame = Frame(
        width: Int((width * factor).rounded()), height: Int((height * factor).rounded()),
        scale: Float((isField ? 22 : 11) * factor), crowd: isField ? 5 : 1)
      return PlannedImage(
        source: .allIDB, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides], path: path(label, number, isField),
        copies: copies(label, number), encoding: isField ? .jpeg : .tiff(alpha: false))
    }
  }

  private static func path(_ label: String, _ number: Int, _ isField: Bool) -> String {
    // Numbers run over both labels, after those of the copies.
    let name = "Im\(PlannedImage.padded(2 * number + (label == "1" ? 3 : 4), digits: 3))_\(label)"
    return isField ? "\(root)/ALL_IDB1/im/\(name).jpg" : "\(root)/ALL_IDB2/img/\(name).tif"
  }

  /// One healthy field and one healthy cell exist twice, as in the real sets.
  private static func copies(_ label: String, _ number: Int) -> [String] {
    guard label == "0" else { return [] }
    return switch number {
    case 0: ["\(root)/ALL_IDB1/im/Im001_0.jpg"]
    case 1: ["\(root)/ALL_IDB2/img/Im002_0.tif"]
    default: []
    }
  }

  /// Writes the blasts' centroids for each field, a blank line if it has none, and a readme.
  static func writeCompanions(
    _ images: [PlannedImage], seed: UInt64, to output: OutputFolder
  ) throws(SynthesisError) {
    for image in images where image.frame.crowd > 1 {
      for path in [image.path] + image.copies {
        let name = path.split(separator: "/").last?.dropLast(4) ?? ""
        try output.write(
          Array(centroids(image, seed).utf8), "\(root)/ALL_IDB1/xyc/\(name).xyc")
      }
    }
    try output.write(Array("Synthetic. Im001_1.jpg: 1 for ALL.\n".utf8), "\(root)/readme.txt")
  }

  /// One line per blast: `x`, tab, `y` in pixels.
  private static func centroids(_ image: PlannedImage, _ seed: UInt64) -> String {
    guard image.label == "1" else { return "\n" }
    let centres = Specimen.centres(
      in: image.frame, seed: seed, source: image.stream, image: image.number)
    return centres.map { "\(Int($0.x))\t\(Int($0.y))\n" }.joined()
  }
}
