/// Finds images that look alike.
public enum NearDuplicates {
  /// For each hash, the index of the first one in its set.
  ///
  /// Hashes that differ in at most `distance` bits, in any of the eight flips and turns, are in the
  /// same set, and so are hashes connected by a chain of such pairs. Every pair of distinct hashes
  /// is compared: 60,000 hashes take seconds, since two words reject most pairs in all eight flips
  /// and turns. The result does not depend on `threads`. `confirm` may refuse a close pair, given by
  /// its indices; equal hashes are not asked about.
  ///
  /// - Precondition: the distance is not negative.
  public static func sets(
    of hashes: [PerceptualHash], within distance: Int, threads: Int,
    confirm: @Sendable (Int, Int) -> Bool = { _, _ in true }
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
    let places = distinct
    for joins in try joins(apart, distance, threads, { confirm(places[$0], places[$1]) }) {
      for (left, right) in joins { sets.join(distinct[left], distinct[right]) }
    }
    return hashes.indices.map { sets.first(of: $0) }
  }

  /// Close pairs, one list per share of the rows, without pairs that are already connected.
  private static func joins(
    _ hashes: [PerceptualHash], _ distance: Int, _ threads: Int,
    _ confirm: @Sendable (Int, Int) -> Bool
  ) throws -> [[(Int, Int)]] {
    let shares = min(64, hashes.count)
    return try Parallel.map(shares, threads: threads) { share in
      // One set of trees per share bounds the list, however many pairs are close.
      var tree = DisjointSets(count: hashes.count)
      var joins: [(Int, Int)] = []
      for row in stride(from: share, to: hashes.count, by: shares) {
        let (hash, turned) = (hashes[row], hashes[row].transposed)
        let (even, turnedEven) = (hash.words[0], turned.words[0])
        hashes.withUnsafeBufferPointer { all in
          for other in row + 1..<max(all.count, row + 1) {
            // No flip changes the bits of even frequencies.
            let word = all[other].words[0]
            guard
              (even ^ word).nonzeroBitCount <= distance
                && hash.mirroredDistance(to: all[other]) <= distance
                || (turnedEven ^ word).nonzeroBitCount <= distance
                  && turned.mirroredDistance(to: all[other]) <= distance
            else { continue }
            guard tree.first(of: row) != tree.first(of: other), confirm(row, other) else {
              continue
            }
            tree.join(row, other)
            joins.append((row, other))
          }
        }
      }
      return joins
    }
  }
}
