/// The correlation of pairs by their values (Pearson 1895).
public enum PearsonCorrelation {
  /// The correlation of two lists, from -1 to 1; `nil` if all values of one are equal, or for fewer
  /// than two pairs.
  ///
  /// - Precondition: Both lists have the same length.
  public static func coefficient(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "\(first.count) and \(second.count) values")
    // A sum of squares is rarely exactly 0 after rounding, so equal values are found as such.
    guard first.contains(where: { $0 != first[0] }), second.contains(where: { $0 != second[0] })
    else { return nil }
    let count = Double(first.count)
    let (meanX, meanY) = (first.reduce(0, +) / count, second.reduce(0, +) / count)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      xx += (x - meanX) * (x - meanX)
      yy += (y - meanY) * (y - meanY)
      xy += (x - meanX) * (y - meanY)
    }
    // The root of the product, so that a correlation of 1 is exact where both sums are equal.
    let scale = (xx * yy).squareRoot()
    guard scale > 0, scale.isFinite else { return nil }
    return min(max(xy / scale, -1), 1)
  }
}
