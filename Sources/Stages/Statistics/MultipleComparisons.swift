/// Adjusted p-values of several tests: each may be compared with the level of the whole family.
public enum MultipleComparisons: String, Sendable, Hashable, CaseIterable {
  /// Bounds the probability of any false rejection (Holm 1979); at least as powerful as Bonferroni.
  case holm
  /// Bounds it too: each p-value times the number of tests (Dunn 1961).
  case bonferroni
  /// Bounds the expected share of false ones among the rejections, for independent or positively
  /// dependent tests (Benjamini and Hochberg 1995).
  case benjaminiHochberg = "benjamini-hochberg"
  /// No adjustment.
  case none

  /// The adjusted p-values, in the order given; tests without a p-value are not counted.
  ///
  /// - Precondition: Every p-value is from 0 to 1.
  public func adjusted(_ pValues: [Double?]) -> [Double?] {
    precondition(pValues.allSatisfy { $0.map((0...1).contains) ?? true }, "a p-value beyond 0 to 1")
    let known = pValues.indices.filter { pValues[$0] != nil }
    let order = known.sorted { (pValues[$0] ?? 0) < (pValues[$1] ?? 0) }
    let count = Double(order.count)
    var result = pValues
    switch self {
    case .none: break
    case .bonferroni:
      for place in order { result[place] = pValues[place].map { min(1, $0 * count) } }
    case .holm:
      var highest = 0.0
      for (index, place) in order.enumerated() {
        highest = max(highest, min(1, (pValues[place] ?? 0) * (count - Double(index))))
        result[place] = highest
      }
    case .benjaminiHochberg:
      var lowest = 1.0
      for (index, place) in order.enumerated().reversed() {
        lowest = min(lowest, (pValues[place] ?? 0) * count / Double(index + 1))
        result[place] = lowest
      }
    }
    return result
  }
}
