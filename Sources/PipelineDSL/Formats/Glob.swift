/// A pattern for names, in which `*` matches any characters and `?` matches one.
public struct Glob: Sendable, Hashable {
  private let pattern: [Character]

  /// Creates a pattern.
  public init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Whether a whole name matches; at worst in time proportional to the product of the lengths.
  public func matches(_ name: String) -> Bool {
    let name = Array(name)
    var (at, place) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while place < name.count {
      if at < pattern.count, pattern[at] == "*" {
        star = (at, place)
        at += 1
      } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[place] {
        (at, place) = (at + 1, place + 1)
      } else if let last = star {
        // The latest star takes one more character; earlier ones need not be tried again.
        star = (last.pattern, last.name + 1)
        (at, place) = (last.pattern + 1, last.name + 1)
      } else {
        return false
      }
    }
    return pattern[at...].allSatisfy { $0 == "*" }
  }
}
