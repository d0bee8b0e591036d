/// Areas under ROC curves of samples in groups: one per class, and their mean.
///
/// Scores are sorted once, so that a resample of groups costs one pass per class.
public struct GroupedAreas: Sendable {
  /// The number of groups.
  public let groups: Int
  private let curves: [Curve]

  /// Prepares the areas of some classes.
  ///
  /// `scores` and `positive` have one list per class, each with one element per sample.
  ///
  /// - Precondition: Every list is as long as `groupOf`, no score is NaN, and groups are from 0 to
  ///   below their number.
  public init(groups: Int, groupOf: [Int32], scores: [[Double]], positive: [[Bool]]) {
    precondition(scores.count == positive.count, "one list of each per class")
    self.groups = groups
    curves = zip(scores, positive).map {
      Curve(groups: groups, groupOf: groupOf, scores: $0, positive: $1)
    }
  }

  /// Resamples the groups: one statistic per class, then the mean over the classes that have one.
  ///
  /// A class without positives or without negatives has none (NaN).
  public func bootstrap(resamples: Int, seed: UInt64) -> GroupBootstrap {
    GroupBootstrap(
      groups: groups, resamples: resamples, seed: seed,
      statistics: areas,
      without: { group in Self.withMean(curves.map { $0.area(without: group) }) })
  }

  /// The areas by class and their mean if each group is taken as often as its weight.
  func areas(_ weights: [Int32]) -> [Double] { Self.withMean(curves.map { $0.area(weights) }) }

  private static func withMean(_ areas: [Double]) -> [Double] {
    let defined = areas.filter(\.isFinite)
    return areas + [defined.isEmpty ? .nan : defined.reduce(0, +) / Double(defined.count)]
  }

  /// The samples of one class against the rest, by ascending score.
  private struct Curve: Sendable {
    /// The group of each sample in ascending order of scores, times four; plus one for a positive,
    /// plus two for the last of equal scores.
    let packed: [UInt32]
    /// Twice the pairs that each group's samples win or lose as a positive or negative, together.
    let pairs: [Int]
    /// The positives of each group.
    let positives: [Int32]
    /// The negatives of each group.
    let negatives: [Int32]
    /// Twice the pairs that positives win, ties counting one, positives and negatives of all groups.
    let whole: (wins: Int, positives: Int, negatives: Int)

    init(groups: Int, groupOf: [Int32], scores: [Double], positive: [Bool]) {
      precondition(
        groupOf.count == scores.count && scores.count == positive.count, "one score per sample")
      let order = scores.indices.sorted { scores[$0] < scores[$1] }
      packed = order.indices.map { place in
        let sample = order[place]
        let isLast = place + 1 == order.count || scores[order[place + 1]] > scores[sample]
        return UInt32(groupOf[sample]) << 2 | (isLast ? 2 : 0) | (positive[sample] ? 1 : 0)
      }
      var positives = [Int32](repeating: 0, count: groups)
      var negatives = positives
      for entry in packed {
        if entry & 1 == 1 {
          positives[Int(entry >> 2)] += 1
        } else {
          negatives[Int(entry >> 2)] += 1
        }
      }
      (self.positives, self.negatives) = (positives, negatives)
      whole = Self.wins(packed, [Int32](repeating: 1, count: groups))
      pairs = Self.pairs(packed, groups, whole.positives)
    }

    /// The area if each group is taken as often as its weight.
    func area(_ weights: [Int32]) -> Double {
      let sums = Self.wins(packed, weights)
      return Self.area(sums.wins, sums.positives, sums.negatives)
    }

    /// The area of all groups but one.
    func area(without group: Int) -> Double {
      Self.area(
        whole.wins - pairs[group], whole.positives - Int(positives[group]),
        whole.negatives - Int(negatives[group]))
    }

    private static func area(_ wins: Int, _ positives: Int, _ negatives: Int) -> Double {
      guard positives > 0, negatives > 0 else { return .nan }
      return Double(wins) / (2 * Double(positives) * Double(negatives))
    }

    private static func wins(
      _ packed: [UInt32], _ weights: [Int32]
    ) -> (wins: Int, positives: Int, negatives: Int) {
      var (wins, positives, negatives) = (0, 0, 0)
      // Of equal scores.
      var (tiedPositives, tiedNegatives) = (0, 0)
      packed.withUnsafeBufferPointer { packed in
        weights.withUnsafeBufferPointer { weights in
          for entry in packed {
            let weight = Int(weights[Int(entry >> 2)])
            // Without a branch, which would be mispredicted often.
            let mask = -Int(entry & 1)
            tiedPositives &+= weight & mask
            tiedNegatives &+= weight & ~mask
            guard entry & 2 != 0 else { continue }
            wins &+= tiedPositives &* (2 &* negatives &+ tiedNegatives)
            positives &+= tiedPositives
            negatives &+= tiedNegatives
            (tiedPositives, tiedNegatives) = (0, 0)
          }
        }
      }
      return (wins, positives, negatives)
    }

    /// Twice the won pairs in which each group takes part; pairs within a group count once.
    private static func pairs(_ packed: [UInt32], _ groups: Int, _ allPositives: Int) -> [Int] {
      var pairs = [Int](repeating: 0, count: groups)
      // Positives and negatives of each group below the current score.
      var ownNegatives = pairs
      var (positives, negatives, start) = (0, 0, 0)
      while start < packed.count {
        var end = start
        while packed[end] & 2 == 0 { end += 1 }
        let block = packed[start...end]
        let tiedPositives = block.count { $0 & 1 == 1 }
        let tiedNegatives = block.count - tiedPositives
        for entry in block {
          let group = Int(entry >> 2)
          if entry & 1 == 1 {
            pairs[group] += 2 * negatives + tiedNegatives
            // Those within the group are counted again from the negative's side.
            pairs[group] -= 2 * ownNegatives[group]
          } else {
            pairs[group] += 2 * (allPositives - positives - tiedPositives) + tiedPositives
          }
        }
        pairs.withinTies(block)
        for entry in block where entry & 1 == 0 { ownNegatives[Int(entry >> 2)] += 1 }
        positives += tiedPositives
        negatives += tiedNegatives
        start = end + 1
      }
      return pairs
    }
  }
}

extension [Int] {
  /// Takes off the tied pairs within each group, which were counted from both sides.
  fileprivate mutating func withinTies(_ block: ArraySlice<UInt32>) {
    guard block.count > 1 else { return }
    var negatives: [UInt32: Int] = [:]
    for entry in block where entry & 1 == 0 { negatives[entry >> 2, default: 0] += 1 }
    for entry in block where entry & 1 == 1 {
      self[Int(entry >> 2)] -= negatives[entry >> 2] ?? 0
    }
  }
}
