/// The deletion and insertion curves of a map (Petsiuk, Das and Saenko 2018, section 4).
///
/// The probability of the class is measured while the most relevant pixels are hidden, and while they
/// are shown on the backdrop, step by step. A map that orders pixels by their importance has a small
/// area under the first curve and a large one under the second.
struct RemovalCurves: Sendable, Hashable {
  /// The probability after each step of the deletion: first of the image, last of the backdrop.
  let deletion: [Double]
  /// The probability after each step of the insertion: first of the backdrop, last of the image.
  let insertion: [Double]

  /// Measures the curves of an order of pixels in some steps of the same number of pixels.
  ///
  /// - Precondition: There is at least one step.
  init(of subject: JudgedImage, _ order: RelevanceOrder, steps: Int) throws {
    precondition(steps > 0, "a curve of one point")
    let shares = Self.shares(steps)
    deletion = try subject.probabilities(steps + 1) { step in
      subject.without(order.pixels.prefix(order.count(of: shares[step])))
    }
    insertion = try subject.probabilities(steps + 1) { step in
      subject.only(order.pixels.prefix(order.count(of: shares[step])))
    }
  }

  /// The share of the pixels that each point of a curve has replaced, from 0 to 1.
  static func shares(_ steps: Int) -> [Double] {
    (0...steps).map { Double($0) / Double(steps) }
  }

  /// The area under a curve over [0, 1], by the trapezoidal rule.
  static func area(under curve: [Double]) -> Double {
    guard let first = curve.first, let last = curve.last, curve.count > 1 else { return 0 }
    return (curve.reduce(0, +) - first / 2 - last / 2) / Double(curve.count - 1)
  }
}
