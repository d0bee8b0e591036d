internal import Neural

/// The scores of a confusion matrix as a list of numbers, for resamples.
///
/// For all samples they are those of `ClassificationReport`, but a score of a class is not a number
/// (NaN) where it would divide by zero. A class that has samples, of which a resample has none by
/// chance, is left out of the macro means of that resample: as a score of 0 it would count as an error.
struct ConfusionStatistics: Sendable {
  /// The scores of all classes together, which come first.
  static let overall = [
    "accuracy", "macro-precision", "macro-sensitivity", "macro-specificity", "macro-f1",
    "macro-f1-present", "weighted-f1",
  ]
  /// The scores of each class, which follow class by class.
  static let byClass = ["precision", "sensitivity", "specificity", "f1"]

  /// The number of classes.
  let classes: Int
  /// Whether each class has samples.
  private let isPresent: [Bool]

  /// Scores over as many classes as there are numbers of samples by class.
  init(supports: [Int]) {
    classes = supports.count
    isPresent = supports.map { $0 > 0 }
  }

  /// Whether there are samples of other classes than this one.
  private func hasOthers(_ index: Int) -> Bool {
    isPresent.indices.contains { $0 != index && isPresent[$0] }
  }

  /// The cell of a sample in a matrix that is stored row by row.
  func cell(truth: Int, prediction: Int) -> Int32 { Int32(truth * classes + prediction) }

  /// The scores of counts by cell.
  func values(_ counts: [Int]) -> [Double] {
    var supports = [Int](repeating: 0, count: classes)
    var claims = supports
    for truth in 0..<classes {
      for prediction in 0..<classes {
        let count = counts[truth * classes + prediction]
        supports[truth] += count
        claims[prediction] += count
      }
    }
    let total = supports.reduce(0, +)
    var own: [Double] = []
    own.reserveCapacity(classes * Self.byClass.count)
    var sums = [(value: Double, count: Int)](repeating: (0, 0), count: Self.byClass.count)
    var (hits, present, f1Present, weighted) = (0, 0, 0.0, 0.0)
    for index in 0..<classes {
      let (hit, support, claimed) = (
        counts[index * classes + index], supports[index], claims[index]
      )
      let others = total - support
      let shares = [
        (hit, claimed), (hit, support), (others - (claimed - hit), others),
        (2 * hit, support + claimed),
      ]
      let isMissing = isPresent[index] && support == 0
      for (place, share) in shares.enumerated() {
        let value = ConfusionMatrix.ratio(share.0, share.1)
        own.append(share.1 > 0 ? value : .nan)
        // Specificity is that of the samples of other classes.
        guard place == 2 ? others > 0 || !hasOthers(index) : !isMissing else { continue }
        sums[place] = (sums[place].value + value, sums[place].count + 1)
      }
      hits += hit
      let f1 = ConfusionMatrix.ratio(shares[3].0, shares[3].1)
      weighted += f1 * Double(support)
      if support > 0 { (present, f1Present) = (present + 1, f1Present + f1) }
    }
    let means = sums.map { $0.value / Double(max(1, $0.count)) }
    return [ConfusionMatrix.ratio(hits, total), means[0], means[1], means[2], means[3]]
      + [f1Present / Double(max(1, present)), weighted / Double(max(1, total))] + own
  }
}
