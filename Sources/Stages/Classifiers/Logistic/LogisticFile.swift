/// liblinear's text file, which its own programs read, and the number of all classes beside it.
extension LogisticClassifier {
  private struct Card: Codable { let classes: Int }

  func files() throws(ClassifierError) -> [String: [UInt8]] {
    var text = """
      solver_type L2R_LR
      nr_class \(present.count)
      label \(present.map(String.init).joined(separator: " "))
      nr_feature \(width)
      bias 1
      w

      """
    for feature in 0...width {
      let values = weights[feature * regressions..<(feature + 1) * regressions]
      text += values.map { "\($0) " }.joined() + "\n"
    }
    return [
      Self.file: Array(text.utf8), Self.card: try JSONFile.encode(Card(classes: classes)),
    ]
  }

  /// Reads the files; every number is checked.
  init(model: [UInt8], card: [UInt8]) throws(ClassifierError) {
    classes = try JSONFile.decode(Card.self, card, file: Self.card).classes
    try FileDamage.unless((2...65_536).contains(classes), Self.card, "it has \(classes) classes")
    var text = TextFile(model, file: Self.file)
    let header = try text.header(until: "w")
    try text.check(header["solver_type"] == ["L2R_LR"]) { "solver_type is not L2R_LR" }
    try text.check(header["bias"].flatMap(\.first).flatMap { Double($0) } == 1) {
      "bias is not 1"
    }
    let sizes = try text.integers(
      [header["nr_feature"], header["nr_class"]].compactMap { $0?.first }, "a size",
      in: 1...max(1, text.count))
    try text.check(sizes.count == 2) { "nr_class or nr_feature is missing" }
    (width, present) = (
      sizes[0], try text.integers(header["label"] ?? [], "label", in: 0...classes - 1)
    )
    try text.check(
      present.count == sizes[1] && present.count >= 2
        && zip(present, present.dropFirst()).allSatisfy(<)
    ) { "label does not list nr_class classes in ascending order" }
    weights = try Self.weights(
      &text, lines: width + 1, columns: present.count == 2 ? 1 : present.count)
  }

  /// The lines after the header.
  private static func weights(
    _ text: inout TextFile, lines: Int, columns: Int
  ) throws(ClassifierError) -> [Double] {
    var weights: [Double] = []
    while let words = text.line() {
      weights += try text.doubles(words, "w")
      try text.check(words.count == columns && weights.count <= lines * columns) {
        "w does not have \(lines) lines of \(columns) numbers"
      }
    }
    try text.check(weights.count == lines * columns) {
      "w does not have \(lines) lines of \(columns) numbers"
    }
    return weights
  }
}
