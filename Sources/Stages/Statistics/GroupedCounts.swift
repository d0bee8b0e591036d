/// Counts of samples by group and cell, such as a field of a confusion matrix.
///
/// Only the cells that a group has are kept, so that a resample of groups costs as many steps as there
/// are such cells, whatever the number of samples.
public struct GroupedCounts: Sendable, Hashable {
  /// The number of cells.
  public let cells: Int
  /// The number of groups.
  public let groups: Int
  /// The counts of all groups together, by cell.
  public let total: [Int]
  /// Where the entries of each group begin; one more than groups.
  private let starts: [Int32]
  private let places: [Int32]
  private let counts: [Int32]

  /// Counts samples, each given by its group and its cell.
  ///
  /// - Precondition: There is one cell per sample; groups and cells are from 0 to below their numbers.
  public init(groups: Int, cells: Int, groupOf: [Int32], cellOf: [Int32]) {
    precondition(groupOf.count == cellOf.count, "one cell per sample")
    (self.groups, self.cells) = (groups, cells)
    var total = [Int](repeating: 0, count: cells)
    var order = [Int32](repeating: 0, count: groupOf.count)
    var next = GroupedCounts.starts(groupOf, groups)
    for (sample, group) in groupOf.enumerated() {
      order[Int(next[Int(group)])] = Int32(sample)
      next[Int(group)] += 1
      total[Int(cellOf[sample])] += 1
    }
    var (starts, places, counts): ([Int32], [Int32], [Int32]) = ([0], [], [])
    var own = [Int32](repeating: 0, count: cells)
    var at = 0
    for group in 0..<groups {
      var touched: [Int32] = []
      while at < order.count, groupOf[Int(order[at])] == Int32(group) {
        let cell = cellOf[Int(order[at])]
        if own[Int(cell)] == 0 { touched.append(cell) }
        own[Int(cell)] += 1
        at += 1
      }
      for cell in touched.sorted() {
        places.append(cell)
        counts.append(own[Int(cell)])
        own[Int(cell)] = 0
      }
      starts.append(Int32(places.count))
    }
    (self.total, self.starts, self.places, self.counts) = (total, starts, places, counts)
  }

  /// Where the members of each group begin if samples are sorted by group; one more than groups.
  static func starts(_ groupOf: [Int32], _ groups: Int) -> [Int32] {
    var starts = [Int32](repeating: 0, count: groups + 1)
    for group in groupOf { starts[Int(group) + 1] += 1 }
    for group in 0..<groups { starts[group + 1] += starts[group] }
    return starts
  }

  /// The counts by cell if each group is taken as often as its weight.
  func weighted(_ weights: [Int32]) -> [Int] {
    var sums = [Int](repeating: 0, count: cells)
    sums.withUnsafeMutableBufferPointer { sums in
      starts.withUnsafeBufferPointer { starts in
        places.withUnsafeBufferPointer { places in
          counts.withUnsafeBufferPointer { counts in
            for (group, weight) in weights.enumerated() where weight != 0 {
              for entry in Int(starts[group])..<Int(starts[group + 1]) {
                sums[Int(places[entry])] += Int(weight) * Int(counts[entry])
              }
            }
          }
        }
      }
    }
    return sums
  }

  /// Resamples the groups; `statistics` are computed from counts by cell.
  public func bootstrap(
    resamples: Int, seed: UInt64, statistics: ([Int]) -> [Double]
  ) -> GroupBootstrap {
    // Groups of one sample leave few different rests.
    var known: [Int64: [Double]] = [:]
    return GroupBootstrap(
      groups: groups, resamples: resamples, seed: seed,
      statistics: { statistics(weighted($0)) },
      without: { group in
        let entries = Int(starts[group])..<Int(starts[group + 1])
        guard entries.count == 1, let entry = entries.first else {
          return statistics(rest(without: entries))
        }
        let content = Int64(places[entry]) << 32 | Int64(counts[entry])
        if let values = known[content] { return values }
        let values = statistics(rest(without: entries))
        known[content] = values
        return values
      })
  }

  private func rest(without entries: Range<Int>) -> [Int] {
    var rest = total
    for entry in entries { rest[Int(places[entry])] -= Int(counts[entry]) }
    return rest
  }
}
