/// The classes of the nearest training rows by Euclidean distance; of equal distances, the lower
/// row counts.
///
/// The probability of a class is its share of the votes. Memory for a row is that of its
/// neighbours, however many rows there are.
struct NeighbourClassifier: FeatureClassifier {
  static let file = "neighbours.bin"
  private static let magic: StaticString = "assaynn1"

  let classes: Int
  let width: Int
  private let neighbours: Int
  private let labels: [Int]
  private let rows: [Float]

  /// Keeps the training rows; throws if they are fewer than the neighbours.
  init(_ train: FeatureTable, classes: Int, neighbours: Int) throws(ClassifierError) {
    guard neighbours <= train.count else {
      throw ClassifierError(
        "\(neighbours) neighbours cannot be found among \(train.count) training rows",
        hint: "ask for at most \(train.count)")
    }
    self.classes = classes
    self.neighbours = neighbours
    width = train.width
    labels = train.labels
    rows = train.rows
  }

  /// Reads the file.
  init(_ bytes: [UInt8]) throws(ClassifierError) {
    let file = Self.file
    var reader = try BinaryReader(bytes, Self.magic, file: file)
    classes = try reader.header("the number of classes", in: 2...65_536)
    width = try reader.header("the width", in: 1...Int(Int32.max))
    let count = try reader.header("the number of rows", in: 1...Int(Int32.max))
    neighbours = try reader.header("the number of neighbours", in: 1...count)
    labels = try reader.integers(count)
    rows = try reader.floats(count, width)
    try reader.end()
    let valid = 0..<classes
    try FileDamage.unless(
      labels.allSatisfy(valid.contains), file, "a class is not below \(classes)")
  }

  func files() -> [String: [UInt8]] {
    var writer = BinaryWriter(
      Self.magic, [classes, width, labels.count, neighbours],
      capacity: 4 * (labels.count + rows.count))
    writer.append(labels.map(Int32.init))
    writer.append(rows)
    return [Self.file: writer.bytes]
  }

  func logits(_ rows: [Float]) throws(ClassifierError) -> [[Float]] {
    try eachRow(rows) { row in
      var votes = [Int](repeating: 0, count: classes)
      for index in nearest(row) { votes[labels[index]] += 1 }
      return votes.map { Self.logit(Double($0) / Double(neighbours)) }
    }
  }

  func gradient(of label: Int, at row: [Float]) -> [Float]? { nil }

  /// The nearest rows, nearest first.
  private func nearest(_ row: UnsafePointer<Float>) -> [Int] {
    var found: [(distance: Double, index: Int)] = []
    rows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return }
      for index in labels.indices {
        let distance = VectorKernels.squaredDistance(row, start + index * width, width)
        guard found.count < neighbours || distance < found[neighbours - 1].distance else {
          continue
        }
        if found.count == neighbours { found.removeLast() }
        // After all that are as near, so that the lower index stays first.
        let place = found.firstIndex { distance < $0.distance } ?? found.count
        found.insert((distance, index), at: place)
      }
    }
    return found.map(\.index)
  }
}
