/// The combinations of values of some axes, numbered: a place in an array costs less than a
/// dictionary of combinations.
struct AxisGrid {
  /// The number of values of each axis.
  private let sizes: [Int]
  /// The number of combinations; 1 without axes.
  let count: Int

  /// The combinations of axes with the given numbers of values, whose product must fit in memory.
  init(_ sizes: [Int]) {
    self.sizes = sizes
    count = sizes.reduce(1, *)
  }

  /// The number of a combination, whose value indices are at some places of an array, one place for
  /// each axis.
  func place(_ values: [Int], at places: [Int]) -> Int {
    var place = 0
    for axis in sizes.indices { place = place * sizes[axis] + values[places[axis]] }
    return place
  }
}
