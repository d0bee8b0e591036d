/// How well a linear classifier predicts classes from features, by cross-validation.
///
/// Linear discriminant analysis with equal priors on standardised features; the covariance within
/// classes gets a multiple of the identity (Friedman 1989, "Regularized discriminant analysis").
/// Nothing is drawn at random.
public struct LinearProbe: Sendable, Hashable {
  /// The mean of the classes' shares of right predictions: 1 over the number of classes by chance.
  public let balancedAccuracy: Double
  /// The interval of the balanced accuracy.
  public let low: Double
  /// The upper end of the interval.
  public let high: Double
  /// The predicted class of each sample.
  public let predicted: [Int]
  /// The number of classes.
  public let classes: Int

  /// The balanced accuracy expected by chance.
  public var chance: Double { 1 / Double(classes) }

  /// A balanced accuracy as a share of the way from chance to 1.
  public func skill(_ accuracy: Double) -> Double { (accuracy - chance) / (1 - chance) }

  /// Folds that keep units together and spread each class evenly.
  ///
  /// `units` are numbers of the samples' units, such as patients; units are dealt out class by
  /// class in ascending order of their numbers, by their most frequent class.
  public static func folds(units: [Int], classes labels: [Int], count: Int) -> [Int] {
    precondition(units.count == labels.count && count > 1)
    var members: [Int: [Int: Int]] = [:]
    for (unit, label) in zip(units, labels) { members[unit, default: [:]][label, default: 0] += 1 }
    let main = members.map { unit, counts -> (label: Int, unit: Int) in
      (counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? 0, unit)
    }.sorted { ($0.label, $0.unit) < ($1.label, $1.unit) }
    var fold: [Int: Int] = [:]
    for (place, one) in main.enumerated() { fold[one.unit] = place % count }
    return units.map { fold[$0] ?? 0 }
  }

  /// Cross-validates a classifier.
  ///
  /// - Parameters:
  ///   - features: one row per sample, all of one length; finite numbers.
  ///   - labels: the class of each sample, in `0..<classes`; every class occurs.
  ///   - classes: the number of classes, at least 2.
  ///   - units: the unit of each sample; samples of one unit count as one in the interval, and must
  ///     be in one fold.
  ///   - folds: the fold of each sample.
  ///   - deviations: half the width of the interval in standard errors.
  public init(
    features: [[Double]], labels: [Int], classes: Int, units: [Int], folds: [Int],
    deviations: Double
  ) {
    precondition(features.count == labels.count && labels.count == units.count)
    precondition(classes > 1 && folds.count == labels.count)
    let scaled = Self.standardised(features)
    var predicted = [Int](repeating: -1, count: labels.count)
    for fold in Set(folds).sorted() {
      let model = Discriminants(
        scaled, labels, classes, rows: labels.indices.filter { folds[$0] != fold })
      for row in labels.indices where folds[row] == fold {
        predicted[row] = model.best(scaled[row])
      }
    }
    var (sum, variance) = (0.0, 0.0)
    for one in 0..<classes {
      let rows = labels.indices.filter { labels[$0] == one }
      let right = Double(rows.count { predicted[$0] == one })
      var sizes: [Int: Int] = [:]
      for row in rows { sizes[units[row], default: 0] += 1 }
      let squares = sizes.values.reduce(0) { $0 + $1 * $1 }
      let independent = Double(rows.count * rows.count) / Double(max(1, squares))
      sum += right / Double(max(1, rows.count))
      // One more success and failure, so that shares of 0 and 1 have a variance (Agresti and Coull).
      let share = (right / Double(max(1, rows.count)) * independent + 1) / (independent + 2)
      variance += share * (1 - share) / (independent + 2)
    }
    let mean = sum / Double(classes)
    let half = deviations * variance.squareRoot() / Double(classes)
    (balancedAccuracy, self.predicted, self.classes) = (mean, predicted, classes)
    (low, high) = (max(0, mean - half), min(1, mean + half))
  }

  /// Columns with mean 0 and variance 1; constant columns are left out.
  private static func standardised(_ features: [[Double]]) -> [[Double]] {
    guard let width = features.first?.count else { return [] }
    let count = Double(features.count)
    var (means, scales): ([Double], [Double?]) = ([], [])
    for column in 0..<width {
      let mean = features.reduce(0) { $0 + $1[column] } / count
      let squares = features.reduce(0) { sum, row in
        sum + (row[column] - mean) * (row[column] - mean)
      }
      let deviation = (squares / count).squareRoot()
      means.append(mean)
      scales.append(deviation > 1e-9 * max(1, abs(mean)) ? 1 / deviation : nil)
    }
    return features.map { row in
      (0..<width).compactMap { column in
        scales[column].map { (row[column] - means[column]) * $0 }
      }
    }
  }
}

/// One linear function per class, of which the largest names the class.
private struct Discriminants {
  private var weights: [[Double]] = []
  private var offsets: [Double?] = []

  init(_ features: [[Double]], _ labels: [Int], _ classes: Int, rows: [Int]) {
    let width = features.first?.count ?? 0
    var means = [[Double]](
      repeating: [Double](repeating: 0, count: width), count: classes)
    var counts = [Int](repeating: 0, count: classes)
    for row in rows {
      counts[labels[row]] += 1
      for column in 0..<width { means[labels[row]][column] += features[row][column] }
    }
    for one in 0..<classes where counts[one] > 0 {
      for column in 0..<width { means[one][column] /= Double(counts[one]) }
    }
    var covariance = [Double](repeating: 0, count: width * width)
    var centred = [Double](repeating: 0, count: width)
    for row in rows {
      for column in 0..<width {
        centred[column] = features[row][column] - means[labels[row]][column]
      }
      for one in 0..<width {
        let value = centred[one]
        for other in 0...one { covariance[one * width + other] += value * centred[other] }
      }
    }
    let freedom = Double(max(1, rows.count - classes))
    for at in covariance.indices { covariance[at] /= freedom }
    // Few samples for many features need more.
    let ridge = max(0.01, Double(width) / Double(max(1, rows.count)))
    for column in 0..<width { covariance[column * width + column] += ridge }
    let root = Self.root(covariance, width)
    for one in 0..<classes {
      let weight = Self.solve(root, width, means[one])
      weights.append(weight)
      // A class without samples is never predicted.
      offsets.append(
        counts[one] > 0 ? -zip(weight, means[one]).reduce(0) { $0 + $1.0 * $1.1 } / 2 : nil)
    }
  }

  /// The class of the largest function; the first of equal ones.
  func best(_ features: [Double]) -> Int {
    var best = (index: 0, value: -Double.infinity)
    for (index, offset) in offsets.enumerated() {
      guard let offset else { continue }
      var value = offset
      for (column, weight) in weights[index].enumerated() { value += weight * features[column] }
      if value > best.value { best = (index, value) }
    }
    return best.index
  }

  /// The lower Cholesky factor of a symmetric positive definite matrix.
  private static func root(_ matrix: [Double], _ width: Int) -> [Double] {
    var out = matrix
    for column in 0..<width {
      for row in column..<width {
        var sum = matrix[row * width + column]
        for k in 0..<column { sum -= out[row * width + k] * out[column * width + k] }
        out[row * width + column] =
          row == column ? max(sum, 1e-12).squareRoot() : sum / out[column * width + column]
      }
    }
    return out
  }

  /// The solution of a system with the matrix whose factor is given.
  private static func solve(_ root: [Double], _ width: Int, _ right: [Double]) -> [Double] {
    var out = right
    for row in 0..<width {
      for k in 0..<row { out[row] -= root[row * width + k] * out[k] }
      out[row] /= root[row * width + row]
    }
    for row in (0..<width).reversed() {
      for k in row + 1..<max(width, row + 1) { out[row] -= root[k * width + row] * out[k] }
      out[row] /= root[row * width + row]
    }
    return out
  }
}
