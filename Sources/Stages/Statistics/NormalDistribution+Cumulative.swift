internal import Foundation

extension NormalDistribution {
  /// The share of the distribution that lies below a value.
  public static func cumulative(_ value: Double) -> Double {
    erfc(-value / Double(2).squareRoot()) / 2
  }
}
