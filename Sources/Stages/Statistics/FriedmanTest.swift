/// Tests whether several treatments rank alike over blocks (Friedman 1937), also in the form of Iman
/// and Davenport (1980), which is less conservative.
public struct FriedmanTest: Sendable, Hashable {
  /// The number of blocks, such as data sets or folds.
  public let blocks: Int
  /// The mean rank of each treatment; 1 is that of the lowest value.
  public let meanRanks: [Double]
  /// The ranks in each block, by treatment.
  public let ranks: [[Double]]
  /// Friedman's chi-squared, corrected for ties; `nil` for a single block or if all values of each
  /// block are equal.
  public let statistic: Double?
  /// The p-value of `statistic` by the chi-squared distribution.
  public let pValue: Double?
  /// F of Iman and Davenport; infinite if every block has the same ranks.
  public let imanDavenport: Double?
  /// The p-value of `imanDavenport` by the F distribution.
  public let imanDavenportP: Double?

  /// Tests the values of some treatments, a row per block.
  ///
  /// - Precondition: There is at least one block, all have the same number of values, at least two,
  ///   and none is NaN.
  public init(_ values: [[Double]]) {
    let treatments = values.first?.count ?? 0
    precondition(treatments > 1, "\(treatments) treatments")
    precondition(values.allSatisfy { $0.count == treatments }, "blocks of different sizes")
    let ranked = values.map { Ranks($0) }
    let (k, n) = (Double(treatments), Double(values.count))
    let ranks = ranked.map(\.values)
    let means = (0..<treatments).map { place in ranks.reduce(0) { $0 + $1[place] } / n }
    (blocks, self.ranks, meanRanks) = (values.count, ranks, means)
    let ties = ranked.reduce(0) { $0 + $1.tieTerm }
    let correction = 1 - ties / (n * k * (k * k - 1))
    guard values.count > 1, ties < n * k * (k * k - 1) else {
      (statistic, pValue, imanDavenport, imanDavenportP) = (nil, nil, nil, nil)
      return
    }
    // Deviations from the mean, since the difference of large sums would cancel.
    let middle = (k + 1) / 2
    let squares = means.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    let chi = 12 * n / (k * (k + 1)) * squares / correction
    statistic = chi
    pValue = ChiSquare(freedom: k - 1).upperTail(chi)
    let left = n * (k - 1) - chi
    // Rounding may leave a little of perfect agreement.
    let ratio = left > 1e-12 * n * k ? (n - 1) * chi / left : .infinity
    imanDavenport = ratio
    imanDavenportP = FDistribution(k - 1, (k - 1) * (n - 1)).upperTail(ratio)
  }
}
