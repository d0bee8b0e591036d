/// Fewer points of a long curve, for tables and drawings.
public enum Thinning {
  /// The indices of at most `limit` of `count` points, evenly spaced, with the first and the last.
  ///
  /// - Precondition: The limit is at least 2.
  public static func indices(of count: Int, limit: Int) -> [Int] {
    precondition(limit >= 2, "at most \(limit) points")
    guard count > limit else { return Array(0..<max(0, count)) }
    return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
  }
}
