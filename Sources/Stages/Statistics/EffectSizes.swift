/// Sizes of differences that do not grow with the number of observations.
public enum EffectSizes {
  /// Cohen's d of paired differences: their mean divided by their standard deviation, n - 1 (Cohen
  /// 1988, section 2.3.5, d_z); `nil` for fewer than two differences or if all are equal.
  public static func cohen(_ differences: [Double]) -> Double? {
    guard !differences.isEmpty else { return nil }
    let values = MeanInterval(of: differences)
    guard let deviation = values.deviation, deviation > 0 else { return nil }
    return values.mean / deviation
  }

  /// Cliff's delta: the share of pairs (x, y) with x above y minus that with x below y, from -1 to 1
  /// (Cliff 1993); `nil` if either list is empty.
  public static func cliff(_ x: [Double], _ y: [Double]) -> Double? {
    guard !x.isEmpty, !y.isEmpty else { return nil }
    let excess = x.reduce(0) { sum, x in
      sum + y.reduce(0) { $0 + (x > $1 ? 1 : x < $1 ? -1 : 0) }
    }
    return Double(excess) / Double(x.count * y.count)
  }

  /// The odds ratio of discordant pairs, b / c, and its interval from Wilson's of b / (b + c).
  ///
  /// Infinite if c is 0; `nil` if both are 0.
  ///
  /// - Precondition: Both counts are at least 0, and the confidence is above 0 and below 1.
  public static func oddsRatio(
    b: Int, c: Int, confidence: Double = 0.95
  ) -> (value: Double, low: Double, high: Double)? {
    guard b + c > 0 else { return nil }
    let share = WilsonInterval(successes: b, of: b + c, confidence: confidence)
    func odds(_ share: Double) -> Double { share < 1 ? share / (1 - share) : .infinity }
    return (c > 0 ? Double(b) / Double(c) : .infinity, odds(share.low), odds(share.high))
  }
}
