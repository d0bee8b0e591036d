/// libsvm's text file, which its own programs read, and the sigmoids beside it.
///
/// Numbers have all their digits, of which libsvm itself would write eight, and every feature of a
/// support vector is listed, so a file is as large as what it holds.
extension SVMClassifier {
  private struct Card: Codable {
    let classes: Int
    let width: Int
    let sigmoids: [PlattSigmoid]
  }

  func files() throws(ClassifierError) -> [String: [UInt8]] {
    let card = Card(classes: classes, width: width, sigmoids: sigmoids)
    return [Self.file: machines.text(), Self.card: try JSONFile.encode(card)]
  }

  /// Reads the files; every number is checked.
  init(model: [UInt8], card bytes: [UInt8]) throws(ClassifierError) {
    let card = try JSONFile.decode(Card.self, bytes, file: Self.card)
    let valid = (2...65_536).contains(card.classes) && (1...Int(Int32.max)).contains(card.width)
    try FileDamage.unless(
      valid && card.sigmoids.allSatisfy { $0.slope.isFinite && $0.shift.isFinite }, Self.card,
      "the number of classes, the width or a sigmoid is out of range")
    classes = card.classes
    sigmoids = card.sigmoids
    machines = try PairMachines(
      TextFile(model, file: Self.file), classes: card.classes, width: card.width)
    try FileDamage.unless(
      sigmoids.count == machines.offsets.count, Self.card, "it does not have a sigmoid per pair")
  }
}

extension PairMachines {
  /// The model in libsvm's format.
  fileprivate func text() -> [UInt8] {
    func words(_ values: [some CustomStringConvertible]) -> String {
      values.map(\.description).joined(separator: " ")
    }
    let gamma = kernel == .rbf ? "gamma \(gamma)\n" : ""
    let header = """
      svm_type c_svc
      kernel_type \(kernel.rawValue)
      \(gamma)nr_class \(present.count)
      total_sv \(vectors.count / width)
      rho \(words(offsets))
      label \(words(present))
      nr_sv \(words(counts))
      SV

      """
    var bytes = Array(header.utf8)
    for place in 0..<vectors.count / width {
      for row in coefficients { bytes += "\(row[place]) ".utf8 }
      for feature in 0..<width {
        bytes += "\(feature + 1):\(vectors[place * width + feature]) ".utf8
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// Reads a model that `text` wrote.
  fileprivate init(_ file: TextFile, classes: Int, width: Int) throws(ClassifierError) {
    var file = file
    let header = try file.header(until: "SV")
    try file.check(header["svm_type"] == ["c_svc"]) { "svm_type is not c_svc" }
    let name = header["kernel_type"]?.first ?? ""
    guard let kernel = SVMKernel(rawValue: String(name)) else {
      throw file.error("kernel_type is not rbf or linear")
    }
    let gamma = try file.doubles(header["gamma"] ?? [], "gamma")
    try file.check(gamma.count == (kernel == .rbf ? 1 : 0) && gamma.allSatisfy { $0 > 0 }) {
      "gamma is not one number above 0"
    }
    present = try file.integers(header["label"] ?? [], "label", in: 0...classes - 1)
    try file.check(
      present.count >= 2 && zip(present, present.dropFirst()).allSatisfy(<)
        && header["nr_class"] == ["\(present.count)"]
    ) { "label does not list nr_class classes in ascending order" }
    counts = try file.integers(header["nr_sv"] ?? [], "nr_sv", in: 0...file.count)
    try file.check(
      counts.count == present.count && header["total_sv"] == ["\(counts.reduce(0, +))"]
    ) { "nr_sv does not list total_sv vectors" }
    offsets = try file.doubles(header["rho"] ?? [], "rho")
    try file.check(offsets.count == present.count * (present.count - 1) / 2) {
      "rho does not list a number per pair"
    }
    (self.width, self.kernel, self.gamma) = (width, kernel, gamma.first ?? 1)
    (coefficients, vectors) = try Self.table(
      &file, rows: counts.reduce(0, +), coefficients: present.count - 1, width: width)
  }

  /// The lines after the header: coefficients, then index:value for each feature.
  private static func table(
    _ file: inout TextFile, rows: Int, coefficients: Int, width: Int
  ) throws(ClassifierError) -> ([[Double]], [Float]) {
    var table = [[Double]](repeating: [], count: coefficients)
    var vectors: [Float] = []
    var count = 0
    while let words = file.line() {
      count += 1
      try file.check(count <= rows && words.count == coefficients + width) {
        "SV does not have \(rows) lines of \(coefficients) coefficients and \(width) features"
      }
      let values = try file.doubles(words.prefix(coefficients), "SV")
      for (index, value) in values.enumerated() { table[index].append(value) }
      for (index, word) in words.dropFirst(coefficients).enumerated() {
        guard let colon = word.utf8.firstIndex(of: UInt8(ascii: ":")),
          Int(word[..<colon]) == index + 1,
          let value = Float(word[word.utf8.index(after: colon)...]), value.isFinite
        else { throw file.error("vector \(count) does not list feature \(index + 1)") }
        vectors.append(value)
      }
    }
    try file.check(count == rows) {
      "SV does not have \(rows) lines of \(coefficients) coefficients and \(width) features"
    }
    return (table, vectors)
  }
}
