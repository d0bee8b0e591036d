/// Comprehensiveness and sufficiency of a map (DeYoung and others 2020, section 4.2).
///
/// Comprehensiveness is the drop of the probability when the most relevant pixels are hidden;
/// sufficiency is the drop when they alone are shown. Both are means over several shares of the
/// pixels, as the paper takes them for continuous scores.
struct Erasure: Sendable, Hashable {
  /// The shares of the pixels, as in the paper.
  static let shares = [0.01, 0.05, 0.1, 0.2, 0.5]

  /// The mean drop without the most relevant pixels; higher is better.
  let comprehensiveness: Double
  /// The mean drop with them alone; lower is better.
  let sufficiency: Double

  /// Measures an order of pixels.
  init(of subject: JudgedImage, _ order: RelevanceOrder) throws {
    let shares = Self.shares
    let values = try subject.probabilities(1 + 2 * shares.count) { index in
      switch index {
      case 0: subject.image
      case ...shares.count: subject.without(order.top(shares[index - 1]))
      default: subject.only(order.top(shares[index - 1 - shares.count]))
      }
    }
    func drop(_ values: ArraySlice<Double>, from whole: Double) -> Double {
      whole - values.reduce(0, +) / Double(values.count)
    }
    comprehensiveness = drop(values[1...shares.count], from: values[0])
    sufficiency = drop(values[(1 + shares.count)...], from: values[0])
  }
}
