/// The five-class set: ALL, AML, CLL, CML and healthy cells from the same slides, as JPEGs of mixed
/// sizes.
enum FiveClassLayout {
  static let root = "five-class"
  private static let slides = 10
  private static let edges: [(Int, Float)] = [(160, 1), (176, 1), (192, 2), (208, 1), (220, 1)]

  static func images(_ count: Int, seed: UInt64, sizeFactor: Double) -> [PlannedImage] {
    let diagnoses = Diagnosis.allCases
    let looks = (0..<slides).map { SlideLook.drawn(for: .fiveClass, slide: $0, seed: seed) }
    return (0..<count).map { position in
      let diagnosis = diagnoses[position % diagnoses.count]
      let number = position / diagnoses.count
      let label = diagnosis.rawValue
      var random = CounterRandom(
        seed: seed, source: "five-class/\(label)", image: number, purpose: "kind")
      let kind = CellKind.drawn(for: diagnosis, random: &random)
      let width = Int((Double(random.choose(edges)) * sizeFactor).rounded())
      let height = Int((Double(random.choose(edges)) * sizeFactor).rounded())
      let frame = Frame(width: width, height: height, scale: 7.6 * Float(sizeFactor))
      return PlannedImage(
        source: .fiveClass, label: label, number: number, kind: kind, frame: frame,
        look: looks[number % slides],
        path: "\(root)/\(label)/\(label)_\(PlannedImage.padded(number + 1)).jpg",
        encoding: .jpeg)
    }
  }
}
