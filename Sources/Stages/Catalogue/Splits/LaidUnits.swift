internal import PipelineDSL

/// Units laid end to end and cut into shares.
struct LaidUnits {
  /// The units, in order.
  private(set) var units: [SplitUnit] = []
  /// The share of each unit, from 0: the number of cuts before its middle.
  private(set) var shares: [Int] = []

  init() {}

  /// Lays units end to end and cuts them at counts of samples.
  init(_ units: [SplitUnit], cuts: [Int]) {
    self.units = units
    var laid = 0
    for unit in units {
      // Twice the middle, to compute in integers.
      let middle = 2 * laid + unit.members.count
      shares.append(cuts.firstIndex { middle <= 2 * $0 } ?? cuts.count)
      laid += unit.members.count
    }
  }

  /// Adds the units of another stratum, with their shares.
  mutating func append(_ other: LaidUnits) {
    units += other.units
    shares += other.shares
  }

  /// Gives each empty share whose fraction is not 0 one unit from a share with several, if there
  /// are enough units.
  ///
  /// That is the unit whose size is nearest to the share's; of equal ones that with the largest
  /// rank, which is next to a cut. Large groups thus stay in train.
  mutating func fill(_ fractions: [Double]) {
    let wanted = fractions.indices.filter { fractions[$0] > 0 }
    guard units.count >= wanted.count else { return }
    let total = units.size
    // The last share first: without test data there is no result.
    for share in wanted.reversed() where !shares.contains(share) {
      let target = fractions[share] * Double(total)
      func misfit(_ index: Int) -> Double {
        abs(Double(units[index].members.count) - target)
      }
      let held = Dictionary(grouping: shares) { $0 }.mapValues(\.count)
      let spare = units.indices.filter {
        // A share that is not wanted may give its last unit.
        (held[shares[$0]] ?? 0) > 1 || !wanted.contains(shares[$0])
      }
      let nearest = spare.min { left, right in
        let (one, other) = (misfit(left), misfit(right))
        return one != other
          ? one < other : (units[left].rank, left) > (units[right].rank, right)
      }
      if let nearest { shares[nearest] = share }
    }
  }

  /// Throws if a share whose fraction is not 0 is empty; `names` are the shares', `hint` the remedy.
  func check(
    _ fractions: [Double], _ names: [String], hint: (_ units: Int) -> String
  ) throws(StageError) {
    let empty = fractions.indices.filter { fractions[$0] > 0 && !shares.contains($0) }
    guard !empty.isEmpty else { return }
    let sizes = units.map(\.members.count).sorted(by: >)
    let groups =
      sizes.count == 1
      ? "only one group of samples that stay together (\(sizes[0]) samples)"
      : "only \(sizes.count) groups of samples that stay together (of "
        + sizes.map(String.init).joined(separator: " and ") + " samples)"
    throw StageError(
      "\(groups) for \(fractions.count { $0 > 0 }) parts: \(empty.map { names[$0] }.joined(separator: " and ")) would be empty",
      hint: hint(units.count))
  }

  /// Writes the part of each unit's samples into `parts`; none for shares beyond `names`.
  func assign(_ names: [Part], into parts: inout [Part?]) {
    for (unit, share) in zip(units, shares) where share < names.count {
      for member in unit.members { parts[member] = names[share] }
    }
  }
}

extension [SplitUnit] {
  /// The number of samples in the units.
  var size: Int { reduce(0) { $0 + $1.members.count } }
}
