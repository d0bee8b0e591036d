/// Peripheral blood cells (Acevedo 2020): eight healthy types among red cells, 360 x 363.
enum PBCLayout {
  static let root = "PBC_dataset_normal_DIB"
  /// The types in the order of BloodMNIST's labels.
  static let types = [
    "basophil", "eosinophil", "erythroblast", "ig", "lymphocyte", "monocyte", "neutrophil",
    "platelet",
  ]
  private static let slides = 12

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let frame = Frame(
      width: Int((360 * sizeFactor).rounded()), height: Int((363 * sizeFactor).rounded()),
      scale: 9 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .pbc, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let type = types[position % types.count]
      let number = position / types.count
      let (kind, prefix) = cell(type, number: number, stream: "pbc/\(type)", seed: seed)
      return PlannedImage(
        source: .pbc, label: type, number: number, kind: kind, frame: frame,
        look: looks[number % slides], path: path(type, prefix, number),
        copies: copies(type, number), encoding: .jpeg)
    }
  }

  /// The kind of a cell of a type and the prefix of its file name.
  static func cell(
    _ type: String, number: Int, stream: String, seed: UInt64
  ) -> (CellKind, String) {
    var random = CounterRandom(seed: seed, source: stream, image: number, purpose: "kind")
    return switch type {
    case "basophil": (.basophil, "BA")
    case "eosinophil": (.eosinophil, "EO")
    case "erythroblast": (.erythroblast, "ERB")
    case "ig":
      random.choose([
        ((.metamyelocyte, "MMY"), 42), ((.myelocyte, "MY"), 47), ((.promyelocyte, "PMY"), 30),
        ((.myelocyte, "IG"), 6),
      ])
    case "lymphocyte": (.lymphocyte, "LY")
    case "monocyte": (.monocyte, "MO")
    case "neutrophil":
      random.choose([
        ((.band, "BNE"), 60), ((.neutrophil, "SNE"), 59), ((.neutrophil, "NEUTROPHIL"), 4),
      ])
    default: (.platelet, "PLATELET")
    }
  }

  /// Numbers are scattered as in the real archive, and unique within a type.
  private static func path(_ type: String, _ prefix: String, _ number: Int) -> String {
    let scatter = CounterRandom.mix(UInt64(number)) % 601
    return "\(root)/\(type)/\(prefix)_\(1000 + 601 * number + Int(scatter)).jpg"
  }

  /// Duplicates like those in the real archive: an exact one within a class, and the same bytes
  /// under two labels.
  private static func copies(_ type: String, _ number: Int) -> [String] {
    guard number == 0 else { return [] }
    return switch type {
    case "neutrophil": ["\(root)/neutrophil/SNE_900.jpg"]
    case "eosinophil": ["\(root)/neutrophil/BNE_901.jpg"]
    default: []
    }
  }

  /// Writes a folder record named like a JPEG, as in the real archive.
  static func writeStray(to output: OutputFolder) throws(SynthesisError) {
    let record: [UInt8] = [0, 0, 0, 1] + Array("Bud1".utf8) + [UInt8](repeating: 0, count: 248)
    try output.write(record, root + "/neutrophil/.DS_169665.jpg")
  }
}
