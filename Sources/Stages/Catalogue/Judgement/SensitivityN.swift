internal import PipelineDSL
internal import Statistics

/// Sensitivity-n of a map (Ancona and others 2018, section 3).
///
/// The correlation, over random subsets of n features, of the sum of their relevance with the drop of
/// the probability when they are hidden. The features are the cells of a grid over the image, since
/// the effect of single pixels is too small; the score is the mean over several n.
struct SensitivityN: Sendable {
  /// The cells of the grid along each edge.
  static let grid = 8
  /// The numbers of cells in a subset: from a sixteenth to a half of all.
  static let sizes = [4, 8, 16, 32]

  /// The hidden subsets of each size.
  let groups: [HiddenParts]

  /// The mean correlation; a group counts as 0 where the map or the drops are constant.
  func score(_ map: Saliency) -> Double {
    guard !groups.isEmpty else { return 0 }
    let correlations = groups.map {
      PearsonCorrelation.coefficient($0.sums(of: map), $0.drops) ?? 0
    }
    return correlations.reduce(0, +) / Double(correlations.count)
  }

  /// Draws subsets of cells, `count` of each size, as pixels.
  static func subsets(
    _ count: Int, width: Int, height: Int, draws: inout RandomStream
  ) -> [[[Int]]] {
    let cells = cells(width: width, height: height)
    return sizes.map { size in
      (0..<count).map { _ in
        // The first places of a shuffle (Fisher and Yates).
        var order = Array(cells.indices)
        for place in 0..<min(size, order.count) {
          order.swapAt(place, place + draws.below(order.count - place))
        }
        return order.prefix(size).flatMap { cells[$0] }
      }
    }
  }

  /// The pixels of each cell; cells of an image smaller than the grid may be empty.
  static func cells(width: Int, height: Int) -> [[Int]] {
    func spans(_ length: Int) -> [Range<Int>] {
      (0..<grid).map { $0 * length / grid..<($0 + 1) * length / grid }
    }
    let columns = spans(width)
    return spans(height).flatMap { rows in
      columns.map { columns in rows.flatMap { y in columns.map { y * width + $0 } } }
    }
  }
}
