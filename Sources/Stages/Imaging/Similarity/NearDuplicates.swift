/// Finds images that look alike among many.
public enum NearDuplicates {
  /// For each hash the first one of its set, where hashes that differ in at most `distance` bits are of
  /// one set, and so are those that such a chain joins.
  ///
  /// Every pair of distinct hashes is compared: 60,000 take seconds, since a pair is a word or four.
  /// The answer does not depend on `threads`.
  ///
  /// - Precondition: the distance is not negative.
  public static func sets(
    of hashes: [PerceptualHash], within distance: Int, threads: Int
  ) throws -> [Int] {
    precondition(distance >= 0)
    // Equal hashes are joined first, so that thousands of blank images cost no more than one.
    var sets = DisjointSets(count: hashes.count)
    var known: [PerceptualHash: Int] = [:]
    var distinct: [Int] = []
    for (index, hash) in hashes.enumerated() {
      if let first = known[hash] {
        sets.join(first, index)
      } else {
        known[hash] = index
        distinct.append(index)
      }
    }
    let apart = distinct.map { hashes[$0] }
    for joins in try joins(apart, distance, threads) {
      for (left, right) in joins { sets.join(distinct[left], distinct[right]) }
    }
    return hashes.indices.map { sets.first(of: $0) }
  }

  /// Pairs that are close, a list for each share of the rows; no more than join what they join.
  private static func joins(
    _ hashes: [PerceptualHash], _ distance: Int, _ threads: Int
  ) throws -> [[(Int, Int)]] {
    let shares = min(64, hashes.count)
    return try Parallel.map(shares, threads: threads) { share in
      // A tree a share bounds the list, however many pairs are close.
      var tree = DisjointSets(count: hashes.count)
      var joins: [(Int, Int)] = []
      for row in stride(from: share, to: hashes.count, by: shares) {
        let hash = hashes[row]
        hashes.withUnsafeBufferPointer { all in
          for other in row + 1..<max(all.count, row + 1)
          where hash.isWithin(distance, of: all[other]) && tree.join(row, other) {
            joins.append((row, other))
          }
        }
      }
      return joins
    }
  }
}
