/// The ranks of some values, from 1 for the lowest; equal values share the mean of their ranks.
public struct Ranks: Sendable, Hashable {
  /// The rank of each value, in the order of the values.
  public let values: [Double]
  /// The number of values in each set of equal ones, lowest first; 1 for a value of its own.
  public let ties: [Int]

  /// Ranks some values.
  ///
  /// - Precondition: None is NaN.
  public init(_ numbers: [Double]) {
    precondition(numbers.allSatisfy { !$0.isNaN }, "a rank of NaN")
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var ties: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      ties.append(end - start)
      start = end
    }
    (values, self.ties) = (ranks, ties)
  }

  /// The sum of t^3 - t over the sets of t equal values, by which tests correct for ties.
  var tieTerm: Double {
    ties.reduce(0) { $0 + Double($1) * (Double($1) * Double($1) - 1) }
  }
}
