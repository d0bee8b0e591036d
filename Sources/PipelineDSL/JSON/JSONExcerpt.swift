/// Excerpts of two different values; long ones are shortened to where they differ.
public enum JSONExcerpt {
  /// The canonical texts, at most `width` characters each; the common beginning is cut first.
  public static func pair(
    _ old: JSONValue?, _ new: JSONValue?, width: Int, none: String = "none"
  ) -> (old: String, new: String) {
    let texts = [old, new].map { $0.map { JSONCanonicalForm.text(of: $0) } ?? none }
    let shared = zip(texts[0], texts[1]).prefix { $0 == $1 }.count
    func cut(_ text: String) -> String {
      guard text.count > width else { return text }
      // Part of the common beginning is kept for context.
      let start = min(max(0, shared - width / 4), max(0, text.count - width + 3))
      let head = start > 0 ? "..." : ""
      let rest = text.dropFirst(start)
      let room = width - head.count
      return head + (rest.count > room ? rest.prefix(room - 3) + "..." : rest)
    }
    return (cut(texts[0]), cut(texts[1]))
  }
}
