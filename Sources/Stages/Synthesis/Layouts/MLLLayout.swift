/// The two collections of acute myeloid leukaemia, by patient (Helmholtz) and by cell type (LMU).
enum MLLLayout {
  static let helmholtz = "AML-Cytomorphology_MLL_Helmholtz"
  static let lmu = "AML-Cytomorphology_LMU"
  private static let slides = 10
  private static let patients = 3

  private static let diagnoses: [(String, [(CellKind, Float)])] = [
    ("control", [(.neutrophil, 3), (.lymphocyte, 2), (.monocyte, 1)]),
    ("NPM1", [(.myeloblast, 3), (.monoblast, 2)]),
    ("CBFB_MYH11", [(.monoblast, 2), (.myeloblast, 1), (.eosinophil, 1)]),
    ("RUNX1_RUNX1T1", [(.myeloblast, 3), (.promyelocyte, 1)]),
    ("PML_RARA", [(.abnormalPromyelocyte, 4), (.promyelocyte, 1)]),
  ]

  /// 144 x 144 TIFF, several patients per diagnosis, slides shared by all.
  static func helmholtzImages(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((144 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 6.4 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .mllHelmholtz, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kinds) = diagnoses[position % diagnoses.count]
      let number = position / diagnoses.count
      var random = CounterRandom(
        seed: seed, source: "mll-helmholtz/\(label)", image: number, purpose: "kind")
      return PlannedImage(
        source: .mllHelmholtz, label: label, number: number, kind: random.choose(kinds),
        frame: frame, look: looks[number % slides],
        path: "\(helmholtz)/data/\(label)/\(patient(position % diagnoses.count, number))/"
          + "image_\(number / patients).tif",
        encoding: .tiff(alpha: false))
    }
  }

  /// Three capital letters, as the collection names patients.
  private static func patient(_ diagnosis: Int, _ number: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let place = diagnosis * patients + number % patients
    return String([letters[place % 26], letters[(place * 7 + 3) % 26], letters[(place * 11) % 26]])
  }

  /// Writes the patients' table, and the stray files found among the images in the real archive.
  static func writeHelmholtzCompanions(
    _ images: [PlannedImage], to output: OutputFolder
  ) throws(SynthesisError) {
    var rows: Set<String> = []
    for image in images {
      let parts = image.path.split(separator: "/")
      rows.insert("\(parts[3]),\(image.label)")
    }
    let text = "patient_id,bag_label\n" + rows.sorted().map { $0 + "\n" }.joined()
    try output.write(Array(text.utf8), helmholtz + "/metadata.csv")
    guard let folder = images.first?.path.split(separator: "/").dropLast().joined(separator: "/")
    else { return }
    try output.write([0x93] + Array("NUMPY".utf8), folder + "/fnl34_bn_features_layer_7.npy")
    try output.write([0, 5, 22, 7, 0, 2, 0, 0], folder + "/._image_0.tif")
  }

  private static let types: [(String, CellKind)] = [
    ("BAS", .basophil), ("EBO", .erythroblast), ("EOS", .eosinophil), ("KSC", .smudge),
    ("LYA", .chronicLymphocyte), ("LYT", .lymphocyte), ("MMZ", .metamyelocyte), ("MOB", .monoblast),
    ("MON", .monocyte), ("MYB", .myelocyte), ("MYO", .myeloblast), ("NGB", .band),
    ("NGS", .neutrophil), ("PMB", .abnormalPromyelocyte), ("PMO", .promyelocyte),
  ]

  /// 400 x 400 RGBA TIFF, fifteen types.
  static func lmuImages(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let edge = Int((400 * sizeFactor).rounded())
    let frame = Frame(width: edge, height: edge, scale: 14 * Float(sizeFactor))
    let looks = (0..<slides).map { SlideLook.drawn(for: .mllLMU, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let (label, kind) = types[position % types.count]
      let number = position / types.count
      return PlannedImage(
        source: .mllLMU, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides],
        path: "\(lmu)/AML-Cytomorphology/\(label)/\(label)_\(PlannedImage.padded(number + 1)).tiff",
        encoding: .tiff(alpha: true))
    }
  }

  /// Writes the annotations, without a header, and the list of abbreviations.
  static func writeLMUCompanions(
    _ images: [PlannedImage], to output: OutputFolder
  ) throws(SynthesisError) {
    let rows = images.enumerated().map { index, image in
      let name = image.path.split(separator: "/").suffix(2).joined(separator: "/")
      return "\(name) \(image.label) \(index % 5 == 0 ? image.label : "nan") nan\n"
    }
    try output.write(Array(rows.joined().utf8), lmu + "/annotations.dat")
    try output.write(
      Array(types.map { "\($0.0) \($0.1.rawValue)\n" }.joined().utf8), lmu + "/abbreviations.txt")
  }
}
