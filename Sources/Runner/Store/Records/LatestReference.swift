/// A reference to a run by its age: `latest`, `latest~1`, `latest:demo` or `latest:demo~1`.
struct LatestReference: Sendable, Hashable {
  /// The pipeline; `nil` if the reference names none.
  let pipeline: String?
  /// How many runs lie between the reference and the newest run.
  let steps: Int

  /// Parses a reference; `nil` for any other text.
  init?(_ text: String) {
    guard text == "latest" || text.hasPrefix("latest~") || text.hasPrefix("latest:") else {
      return nil
    }
    var name = text.dropFirst("latest".count)
    // A pipeline's name may contain "~" too: only a number after the last one counts steps.
    if let mark = name.lastIndex(of: "~"), let steps = Int(name[name.index(after: mark)...]),
      steps >= 0
    {
      (self.steps, name) = (steps, name[..<mark])
    } else {
      steps = 0
    }
    if name.isEmpty {
      pipeline = nil
    } else {
      guard name.first == ":", name.count > 1 else { return nil }
      pipeline = String(name.dropFirst())
    }
  }
}
