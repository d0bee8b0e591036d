/// Rows of option values in which every pair of two options' values occurs at least once.
enum Pairs {
  /// The index of one value per option.
  typealias Row = [Int]

  /// A covering array for options with the given numbers of values; greedy and deterministic.
  static func cover(_ counts: [Int]) -> [Row] {
    var open = all(counts)
    var rows: [Row] = []
    while let first = open.min(by: { $0.lexicographicallyPrecedes($1) }) {
      var row = [Int?](repeating: nil, count: counts.count)
      row[first[0]] = first[1]
      row[first[2]] = first[3]
      for option in counts.indices where row[option] == nil {
        row[option] = (0..<counts[option]).max { left, right in
          gain(row, option, left, open) < gain(row, option, right, open)
        }
      }
      let chosen = row.map { $0 ?? 0 }
      open.subtract(pairs(of: chosen))
      rows.append(chosen)
    }
    return rows
  }

  /// The pairs missing from the rows, as option, value, option, value.
  static func missing(in rows: [Row], of counts: [Int]) -> Set<[Int]> {
    rows.reduce(into: all(counts)) { $0.subtract(pairs(of: $1)) }
  }

  private static func gain(_ row: [Int?], _ option: Int, _ value: Int, _ open: Set<[Int]>) -> Int {
    row.enumerated().count { other, chosen in
      guard let chosen else { return false }
      return open.contains(
        other < option ? [other, chosen, option, value] : [option, value, other, chosen])
    }
  }

  private static func pairs(of row: Row) -> Set<[Int]> {
    var pairs: Set<[Int]> = []
    for left in row.indices {
      for right in row.indices where right > left {
        pairs.insert([left, row[left], right, row[right]])
      }
    }
    return pairs
  }

  private static func all(_ counts: [Int]) -> Set<[Int]> {
    var pairs: Set<[Int]> = []
    for left in counts.indices {
      for right in counts.indices where right > left {
        for a in 0..<counts[left] {
          for b in 0..<counts[right] { pairs.insert([left, a, right, b]) }
        }
      }
    }
    return pairs
  }
}
