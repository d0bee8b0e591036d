/// Numbers whose bits do not depend on the mathematical library.
public enum StableNumber {
  /// A number rounded to twelve decimals, for probabilities and scores: libraries differ in the last
  /// digits of exponentials, and equal probabilities must stay equal.
  public static func rounded(_ value: Double) -> Double {
    // Beyond, the spacing of numbers is larger than the rounding.
    guard abs(value) < 1e3 else { return value }
    return (value * 1e12).rounded() / 1e12
  }
}
