/// C-NMC 2019: segmented cells on black, 450 x 450, ALL and healthy, several cells per subject.
///
/// Each slide is shared by one ALL subject and one healthy subject, as if stained in one batch, so
/// that the stain does not reveal the label.
enum CNMCLayout {
  static let root = "C_NMC_Leukemia"
  private static let phase = root + "/C-NMC_test_prelim_phase_data"
  /// Training subjects per class: three in each fold.
  private static let subjects = 9
  private static let preliminarySubjects = 3

  /// One in eight images belongs to the preliminary test phase.
  static func isPreliminary(_ number: Int) -> Bool { number % 8 == 7 }

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    images(count, of: .cNMC, seed: seed, sizeFactor: sizeFactor, path: path)
  }

  /// The cells of either form of the set; `path` returns the path for a label and number.
  static func images(
    _ count: Int, of source: SyntheticDataset.Source, seed: UInt64, sizeFactor: Double,
    path: (_ label: String, _ number: Int) -> String
  ) -> [PlannedImage] {
    let edge = Int((450 * sizeFactor).rounded())
    let frame = Frame(
      width: edge, height: edge, scale: 18 * Float(sizeFactor), blackBackground: true)
    let looks = (0..<subjects + preliminarySubjects).map {
      SlideLook.drawn(for: source, slide: $0, seed: seed)
    }
    return (0..<count).map { position in
      let label = position.isMultiple(of: 2) ? "all" : "hem"
      let number = position / 2
      var random = CounterRandom(
        seed: seed, source: "\(source.rawValue)/\(label)", image: number, purpose: "kind")
      let kind: CellKind =
        label == "all"
        ? random.choose([(.earlyPreB, 1), (.preB, 1.2), (.proB, 1)])
        : random.choose([(.lymphocyte, 1), (.haematogone, 1.2)])
      return PlannedImage(
        source: source, label: label, number: number, kind: kind, frame: frame,
        look: looks[subject(number)], path: path(label, number),
        encoding: .bmp(wide: number % 5 == 4))
    }
  }

  /// The subject of a class's image, counted from 0; preliminary subjects follow the training ones.
  private static func subject(_ number: Int) -> Int {
    isPreliminary(number)
      ? subjects + number / 8 % preliminarySubjects
      : (number - number / 8) % subjects
  }

  /// The native name: `UID_<subject>_<image>_<cell>_<label>.bmp`.
  private static func name(_ label: String, _ number: Int) -> String {
    let subject = subject(number)
    // Three cells per image; the cells of a subject are numbered consecutively.
    let cell =
      isPreliminary(number)
      ? number / 8 / preliminarySubjects : (number - number / 8) / subjects
    // The real archive spells some healthy subjects with a lower-case letter, even the same
    // subject.
    let healthy = subject % 3 == 2 && cell.isMultiple(of: 2) ? "h" : "H"
    let person = label == "all" ? "\(1 + 7 * subject)" : "\(healthy)\(1 + subject)"
    return "UID_\(person)_\(1 + cell / 3)_\(1 + cell % 3)_\(label).bmp"
  }

  private static func path(_ label: String, _ number: Int) -> String {
    guard isPreliminary(number) else {
      return "\(root)/C-NMC_training_data/\(trainingPath(label, number))"
    }
    return "\(phase)/C-NMC_test_prelim_phase_data/\(preliminaryName(label, number))"
  }

  /// The folders of the fold and the class, and the native name.
  static func trainingPath(_ label: String, _ number: Int) -> String {
    "fold_\(subject(number) % 3)/\(label)/\(name(label, number))"
  }

  /// The bare number that hides the label in the test phase.
  static func preliminaryName(_ label: String, _ number: Int) -> String {
    "\(2 * (number / 8) + (label == "all" ? 1 : 2)).bmp"
  }

  /// Writes the label table of the test phase beside the image folder.
  static func writeLabels(_ count: Int, to output: OutputFolder) throws(SynthesisError) {
    try output.write(
      labels(count, where: isPreliminary), phase + "/C-NMC_test_prelim_phase_data_labels.csv")
  }

  /// The labels of the images in a test phase, in the format of the challenge's table.
  static func labels(_ count: Int, where isOfPhase: (_ number: Int) -> Bool) -> [UInt8] {
    var text = "Patient_ID,new_names,labels\n"
    for position in 0..<count {
      let label = position.isMultiple(of: 2) ? "all" : "hem"
      let number = position / 2
      guard isOfPhase(number) else { continue }
      let truth = label == "all" ? 1 : 0
      text += "\(name(label, number)),\(preliminaryName(label, number)),\(truth)\n"
    }
    return Array(text.utf8)
  }

  /// A BMP with a 124-byte information header (BITMAPV5HEADER) instead of the 40-byte one.
  static func widened(_ bytes: [UInt8]) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let extra = 84
    var header = Array(bytes[..<54])
    header.replaceSubrange(2..<6, with: number(bytes.count + extra))
    header.replaceSubrange(10..<14, with: number(54 + extra))
    header.replaceSubrange(14..<18, with: number(40 + extra))
    var fields = [UInt8](repeating: 0, count: extra)
    // The colour space "sRGB", 16 bytes after the fields of the short header.
    fields.replaceSubrange(16..<20, with: Array("BGRs".utf8))
    return header + fields + bytes[54...]
  }
}
