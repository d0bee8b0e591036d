/// Numbers `0..<count` in sets that can be joined; a set is identified by its smallest member.
public struct DisjointSets: Sendable {
  private var parents: [Int32]

  /// Each number in a set of its own.
  public init(count: Int) { parents = (0..<Int32(count)).map { $0 } }

  /// The smallest member of the set of `member`.
  public mutating func first(of member: Int) -> Int {
    var at = Int32(member)
    while parents[Int(at)] != at {
      // Path halving speeds up later look-ups.
      parents[Int(at)] = parents[Int(parents[Int(at)])]
      at = parents[Int(at)]
    }
    return Int(at)
  }

  /// Joins two sets; returns whether they were separate.
  @discardableResult
  public mutating func join(_ one: Int, _ other: Int) -> Bool {
    let (left, right) = (first(of: one), first(of: other))
    guard left != right else { return false }
    parents[max(left, right)] = Int32(min(left, right))
    return true
  }
}
