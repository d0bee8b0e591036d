/// The counts of predictions by label.
struct ConfusionMatrix: Sendable {
  private let classes: Int
  /// Indexed by label times classes plus prediction.
  private var counts: [Int]

  init(classes: Int) {
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Counts samples by the largest target and the largest logit; both arrays are samples x classes.
  mutating func add(logits: [Float], targets: [Float]) {
    for start in stride(from: 0, to: logits.count, by: classes) {
      let label = Self.largest(targets[start..<start + classes])
      counts[label * classes + Self.largest(logits[start..<start + classes])] += 1
    }
  }

  /// The share of samples on the diagonal; 0 if there are no samples.
  var accuracy: Double {
    let all = counts.reduce(0, +)
    let right = (0..<classes).reduce(0) { $0 + counts[$1 * classes + $1] }
    return all == 0 ? 0 : Double(right) / Double(all)
  }

  /// The mean F1 over the classes that occur as label or prediction; 0 if there are no samples.
  var macroF1: Double {
    let scores: [Double] = (0..<classes).compactMap { index in
      let right = counts[index * classes + index]
      let labelled = counts[index * classes..<(index + 1) * classes].reduce(0, +)
      let predicted = (0..<classes).reduce(0) { $0 + counts[$1 * classes + index] }
      return labelled + predicted == 0 ? nil : Double(2 * right) / Double(labelled + predicted)
    }
    return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
  }

  /// The index of the first maximum, relative to the row.
  private static func largest(_ row: ArraySlice<Float>) -> Int {
    var best = row.startIndex
    for index in row.indices where row[index] > row[best] { best = index }
    return best - row.startIndex
  }
}
