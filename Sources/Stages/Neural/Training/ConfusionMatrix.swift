/// Counts of predictions by label, and the scores that follow from them.
///
/// Scores are those of scikit-learn with `zero_division=0`: a class that is never a label or never
/// predicted scores 0 where the formula divides by zero.
public struct ConfusionMatrix: Sendable, Hashable {
  /// The number of classes.
  public let classes: Int
  /// Indexed by label times classes plus prediction.
  private var counts: [Int]

  /// Creates a matrix of zeros.
  public init(classes: Int) {
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Counts a sample by the indices of its label and its predicted class.
  public mutating func add(label: Int, prediction: Int) {
    counts[label * classes + prediction] += 1
  }

  /// Counts samples by the largest target and the largest logit; both arrays are samples x classes.
  mutating func add(logits: [Float], targets: [Float]) {
    for start in stride(from: 0, to: logits.count, by: classes) {
      add(
        label: Self.largest(targets[start..<start + classes]),
        prediction: Self.largest(logits[start..<start + classes]))
    }
  }

  /// The number of samples with a label, by predicted class.
  public subscript(label: Int) -> ArraySlice<Int> {
    counts[label * classes..<(label + 1) * classes]
  }

  /// The number of samples with a label.
  public func support(_ label: Int) -> Int { self[label].reduce(0, +) }

  /// The number of samples that are predicted to be in a class.
  public func predicted(_ index: Int) -> Int {
    (0..<classes).reduce(0) { $0 + counts[$1 * classes + index] }
  }

  /// The number of samples of a class that are predicted to be in it.
  public func hits(_ index: Int) -> Int { counts[index * classes + index] }

  /// The F1 of a class: the harmonic mean of its precision and its sensitivity.
  public func f1(_ index: Int) -> Double {
    Self.ratio(2 * hits(index), support(index) + predicted(index))
  }

  /// The share of samples on the diagonal; 0 if there are no samples.
  public var accuracy: Double {
    Self.ratio((0..<classes).reduce(0) { $0 + hits($1) }, counts.reduce(0, +))
  }

  /// The mean F1 over all classes, of which those without samples score 0.
  public var macroF1: Double { meanF1(Array(0..<classes)) }

  /// The mean F1 over the classes that are the label of a sample; 0 if there are no samples.
  public var macroF1Present: Double { meanF1((0..<classes).filter { support($0) > 0 }) }

  private func meanF1(_ members: [Int]) -> Double {
    members.isEmpty ? 0 : members.reduce(0) { $0 + f1($1) } / Double(members.count)
  }

  /// A share; 0 of nothing.
  public static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  /// The index of the first maximum, relative to the row.
  private static func largest(_ row: ArraySlice<Float>) -> Int {
    var best = row.startIndex
    for index in row.indices where row[index] > row[best] { best = index }
    return best - row.startIndex
  }
}
