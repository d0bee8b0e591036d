/// The mean of each feature, and what it is divided by.
struct Standardisation: Sendable, Hashable {
  let means: [Double]
  let scales: [Double]

  /// The population's mean and standard deviation; a feature that does not vary is divided by 1.
  ///
  /// Without `divides`, only means are subtracted.
  init(_ rows: [Float], width: Int, divides: Bool) {
    let count = Double(rows.count / width)
    var sums = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: rows.count, by: width) {
      for i in 0..<width { sums[i] += Double(rows[start + i]) }
    }
    let means = sums.map { $0 / count }
    self.means = means
    guard divides else {
      scales = [Double](repeating: 1, count: width)
      return
    }
    var squares = [Double](repeating: 0, count: width)
    for start in stride(from: 0, to: rows.count, by: width) {
      for i in 0..<width {
        let difference = Double(rows[start + i]) - means[i]
        squares[i] += difference * difference
      }
    }
    scales = zip(squares, means).map { square, mean in
      let variance = square / count
      // scikit-learn's bound for what rounding alone makes of a constant.
      let error = count * mean * Double.ulpOfOne
      let isConstant = variance <= count * Double.ulpOfOne * variance + error * error
      return isConstant ? 1 : variance.squareRoot()
    }
  }

  init(means: [Double], scales: [Double]) {
    self.means = means
    self.scales = scales
  }

  /// Writes features `columns` of a row to a buffer.
  @inline(__always)
  func write(
    _ row: UnsafePointer<Float>, _ columns: Range<Int>, to output: UnsafeMutablePointer<Double>
  ) {
    means.withUnsafeBufferPointer { means in
      scales.withUnsafeBufferPointer { scales in
        for i in columns {
          output[i - columns.lowerBound] = (Double(row[i]) - means[i]) / scales[i]
        }
      }
    }
  }
}
