/// Finds the known name that a misspelt one most likely means.
public enum NearestName {
  /// What ends a message about an unknown name: `; did you mean 'x'?`, or nothing.
  public static func hint(for written: String, among known: [String]) -> String {
    find(written, among: known).map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Longer names are no slips of the pen, and cost the square of their length to compare.
  private static let lengthLimit = 200

  /// The nearest of some names within a third of the letters (at least one, but never all), or
  /// `nil`.
  ///
  /// Distance is that of Damerau and Levenshtein (adjacent letters swapped count once), case apart;
  /// of equally near names the first in alphabetical order is taken.
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
