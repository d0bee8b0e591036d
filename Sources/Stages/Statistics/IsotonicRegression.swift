/// A function that does not decrease and fits points with the least squared error, as
/// scikit-learn's `IsotonicRegression(out_of_bounds="clip")`.
///
/// Between the places it is linear, and constant beyond the first and the last.
public struct IsotonicRegression: Sendable, Hashable {
  /// Places nearer than this are one, with the mean of their values (as in scikit-learn).
  static let nearest = 1e-15

  /// Where the function is known, ascending.
  public let places: [Double]
  /// The values there, which do not decrease.
  public let values: [Double]

  /// The function through given points; `nil` unless there is at least one, places ascend, values do
  /// not decrease, and all numbers are finite.
  public init?(places: [Double], values: [Double]) {
    guard !places.isEmpty, places.count == values.count,
      (places + values).allSatisfy(\.isFinite),
      zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }),
      zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 })
    else { return nil }
    (self.places, self.values) = (places, values)
  }

  /// Fits values at places by pooling adjacent violators (Ayer and others 1955).
  ///
  /// - Precondition: There are as many places as values, at least one, and all are finite.
  public init(fitting values: [Double], at places: [Double]) {
    precondition(!places.isEmpty && places.count == values.count, "one value per place")
    let points = Self.joined(values, places)
    var blocks: [(sum: Double, weight: Double, count: Int)] = []
    for point in points {
      var block = (sum: point.sum, weight: point.weight, count: 1)
      while let last = blocks.last, last.sum / last.weight >= block.sum / block.weight {
        block = (last.sum + block.sum, last.weight + block.weight, last.count + block.count)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    let fitted = blocks.flatMap { block in
      [Double](repeating: block.sum / block.weight, count: block.count)
    }
    // Points between equal values say nothing more.
    let kept = points.indices.filter { index in
      guard index > 0, index + 1 < points.count else { return true }
      return fitted[index] != fitted[index - 1] || fitted[index] != fitted[index + 1]
    }
    self.places = kept.map { points[$0].place }
    self.values = kept.map { fitted[$0] }
  }

  /// The value at a place.
  public func value(at place: Double) -> Double {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < place { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return values[0] }
    guard low < places.count else { return values[places.count - 1] }
    let share = (place - places[low - 1]) / (places[low] - places[low - 1])
    return values[low - 1] + share * (values[low] - values[low - 1])
  }

  /// The points in ascending order, those at one place joined.
  private static func joined(
    _ values: [Double], _ places: [Double]
  ) -> [(place: Double, sum: Double, weight: Double)] {
    let order = places.indices.sorted { (places[$0], values[$0]) < (places[$1], values[$1]) }
    var points: [(place: Double, sum: Double, weight: Double)] = []
    for index in order {
      if let last = points.last, places[index] - last.place < Self.nearest {
        points[points.count - 1].sum += values[index]
        points[points.count - 1].weight += 1
      } else {
        points.append((places[index], values[index], 1))
      }
    }
    return points
  }
}
