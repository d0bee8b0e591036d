/// The structural similarity of two maps with values in [0, 1] (Wang and others 2004).
///
/// As `structural_similarity` of scikit-image with its defaults: windows of 7 x 7 of equal weight,
/// sample covariances, and the mean over all places where a window fits.
enum StructuralSimilarity {
  private static let window = 7

  /// The mean similarity, at most 1; `nil` if the maps are smaller than a window.
  static func score(_ first: [Float], _ second: [Float], width: Int, height: Int) -> Double? {
    precondition(first.count == width * height && second.count == first.count)
    guard width >= window, height >= window else { return nil }
    let (a, b) = (first.map(Double.init), second.map(Double.init))
    let columns = [a, b, product(a, a), product(b, b), product(a, b)].map {
      means($0, width: width, height: height)
    }
    let count = Double(window * window)
    let sample = count / (count - 1)
    // (K L)^2 with K of 0.01 and 0.03 and values up to L = 1.
    let (c1, c2) = (0.0001, 0.0009)
    var sum = 0.0
    for place in columns[0].indices {
      let (x, y) = (columns[0][place], columns[1][place])
      let varianceX: Double = sample * (columns[2][place] - x * x)
      let varianceY: Double = sample * (columns[3][place] - y * y)
      let covariance: Double = sample * (columns[4][place] - x * y)
      let above: Double = (2 * x * y + c1) * (2 * covariance + c2)
      let below: Double = (x * x + y * y + c1) * (varianceX + varianceY + c2)
      sum += above / below
    }
    return sum / Double(columns[0].count)
  }

  private static func product(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(*) }

  /// The mean over each window that fits, rows from the top.
  private static func means(_ values: [Double], width: Int, height: Int) -> [Double] {
    let across = width - window + 1
    var sums = [Double](repeating: 0, count: height * across)
    for y in 0..<height {
      for x in 0..<across {
        var sum = 0.0
        for step in 0..<window { sum += values[y * width + x + step] }
        sums[y * across + x] = sum
      }
    }
    let count = Double(window * window)
    return (0..<(height - window + 1) * across).map { at in
      var sum = 0.0
      for step in 0..<window { sum += sums[at + step * across] }
      return sum / count
    }
  }
}
