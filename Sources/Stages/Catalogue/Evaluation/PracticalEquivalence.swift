internal import PipelineDSL
internal import Statistics

/// The columns that `bayes` adds to a table of differences.
enum PracticalEquivalence {
  /// The columns: posterior probabilities that the difference is below, within and above the region.
  static let columns = ["probability-lower", "probability-rope", "probability-higher"]

  /// The fields for some differences; none without a region, empty without differences.
  static func fields(_ differences: [Double], rope: Double?) -> [String] {
    guard let rope else { return [] }
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return ["", "", ""] }
    // The draws depend only on what is tested, so that equal inputs give equal bytes.
    let text = (differences + [rope]).map { String($0.bitPattern) }.joined(separator: " ")
    let found = BayesianSignedRank(differences, rope: rope, seed: Digest.of(text).seed)
    return [found.below, found.within, found.above].map(ComparisonTable.roundedText)
  }
}
