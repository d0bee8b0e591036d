internal import PipelineDSL

/// The infidelity of a map (Yeh and others 2019, definition 2.1, with squares as perturbations).
///
/// A faithful map predicts the effect of hiding a square by its sum over the square. As maps have
/// different scales, the sums are first scaled by the factor that makes the error smallest, as in the
/// paper and in the package captum with `normalize=True`.
enum Infidelity {
  /// The mean squared error of the scaled sums; lower is better.
  static func score(_ map: Saliency, _ hidden: HiddenParts) -> Double {
    guard !hidden.drops.isEmpty else { return 0 }
    let sums = hidden.sums(of: map)
    let (products, squares) = zip(sums, hidden.drops).reduce((0.0, 0.0)) {
      ($0.0 + $1.0 * $1.1, $0.1 + $1.0 * $1.0)
    }
    let factor = squares > 0 ? products / squares : 0
    let errors = zip(sums, hidden.drops).map { factor * $0 - $1 }
    return errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
  }

  /// Draws squares of random sizes, from an eighth to a half of the shorter edge, at random places.
  static func squares(
    _ count: Int, width: Int, height: Int, draws: inout RandomStream
  ) -> [[Int]] {
    let edge = min(width, height)
    let (least, most) = (max(1, edge / 8), max(1, edge / 2))
    return (0..<count).map { _ in
      let size = least + draws.below(most - least + 1)
      let left = draws.below(width - size + 1)
      let top = draws.below(height - size + 1)
      return (top..<top + size).flatMap { y in (left..<left + size).map { y * width + $0 } }
    }
  }
}
