/// Finds the known name most similar to a misspelt one.
public enum NearestName {
  /// The end of a message about an unknown name: `; did you mean 'x'?`, or nothing.
  public static func hint(for written: String, among known: [String]) -> String {
    find(written, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Longer names are not typing errors, and comparison time grows with the square of the length.
  private static let lengthLimit = 200

  /// The nearest name within a third of the letters (at least one, but never all), or `nil`.
  ///
  /// The distance is that of Damerau and Levenshtein (a swap of adjacent letters counts once),
  /// ignoring case; of equally near names, the first in alphabetical order is returned.
  public static func find(_ written: String, among known: [String]) -> String? {
    guard written.utf8.count <= lengthLimit else { return nil }
    let target = Array(written.lowercased())
    let limit = max(1, target.count / 3)
    var best: (distance: Int, name: String)?
    for name in known where name != written && name.utf8.count <= lengthLimit {
      let candidate = Array(name.lowercased())
      guard abs(candidate.count - target.count) <= limit else { continue }
      let distance = distance(target, candidate)
      guard distance <= limit, distance < max(target.count, candidate.count) else { continue }
      if best.map({ (distance, name) < $0 }) ?? true { best = (distance, name) }
    }
    return best?.name
  }

  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
