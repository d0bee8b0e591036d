/// An order of rows that depends only on a seed and the places of the rows.
enum SeededOrder {
  /// A mixed 64-bit number of a seed and an index (SplitMix64).
  static func hash(_ seed: UInt64, _ index: Int) -> UInt64 {
    var z = seed &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The fold of each row: within each class, the rank in the order of hashes, modulo `folds`.
  static func folds(_ labels: [Int], count folds: Int, seed: UInt64) -> [Int] {
    let order = labels.indices.map { (hash(seed, $0), $0) }.sorted { $0 < $1 }
    var ranks: [Int: Int] = [:]
    var result = [Int](repeating: 0, count: labels.count)
    for (_, row) in order {
      let rank = ranks[labels[row], default: 0]
      result[row] = rank % folds
      ranks[labels[row]] = rank + 1
    }
    return result
  }
}
