internal import Foundation

/// Logistic regressions, one class against the rest.
///
/// The probability of a class is the sigmoid of its decision value, divided by the sum over
/// classes, as in scikit-learn; two classes have one regression. A class without training rows has
/// the smallest probability.
struct LogisticClassifier: FeatureClassifier {
  static let file = "logistic.txt"
  static let card = "logistic.json"

  let classes: Int
  let width: Int
  /// The classes with training rows, ascending.
  let present: [Int]
  /// For each feature, and at last for the bias, the weight in each regression.
  let weights: [Double]

  /// The number of regressions.
  var regressions: Int { present.count == 2 ? 1 : present.count }

  func logits(_ rows: [Float]) throws(ClassifierError) -> [[Float]] {
    let columns = columns()
    return try eachRow(rows) { row in
      let logs = logSigmoids(decisions(row, columns))
      let total = logOfSum(logs)
      var logits = [Float](repeating: Self.logit(0), count: classes)
      for (index, label) in present.enumerated() { logits[label] = Float(logs[index] - total) }
      return logits
    }
  }

  /// The decision value of each regression.
  func decisionValues(_ row: [Float]) -> [Double] {
    row.withUnsafeBufferPointer { row in
      row.baseAddress.map { decisions($0, columns()) } ?? []
    }
  }

  func gradient(of label: Int, at row: [Float]) -> [Float]? {
    guard let place = present.firstIndex(of: label) else {
      return [Float](repeating: 0, count: width)
    }
    let logs = logSigmoids(decisionValues(row))
    let total = logOfSum(logs)
    // log p = log s(label) - log of the sum of all s, and the derivative of log s is 1 - s.
    var factors = logs.map { -exp($0 - total) * (1 - exp($0)) }
    factors[place] += 1 - exp(logs[place])
    // The single regression of two classes: the first class has its value, the second the negative.
    if regressions == 1 { factors = [factors[0] - factors[1]] }
    return (0..<width).map { feature in
      var sum = 0.0
      for (index, factor) in factors.enumerated() {
        sum += factor * weights[feature * regressions + index]
      }
      return Float(sum)
    }
  }

  /// The weights of each regression, feature by feature.
  private func columns() -> [[Double]] {
    (0..<regressions).map { column in
      (0...width).map { weights[$0 * regressions + column] }
    }
  }

  private func decisions(_ row: UnsafePointer<Float>, _ columns: [[Double]]) -> [Double] {
    columns.map { column in
      column.withUnsafeBufferPointer { weights in
        weights.baseAddress.map { VectorKernels.dot($0, row, width) + weights[width] } ?? 0
      }
    }
  }

  /// The log of the sigmoid for each present class.
  private func logSigmoids(_ decisions: [Double]) -> [Double] {
    let values = decisions.count == 1 ? [decisions[0], -decisions[0]] : decisions
    return values.map { $0 < 0 ? $0 - log1p(exp($0)) : -log1p(exp(-$0)) }
  }

  private func logOfSum(_ logs: [Double]) -> Double {
    let largest = logs.max() ?? 0
    return largest + log(logs.reduce(0) { $0 + exp($1 - largest) })
  }
}
