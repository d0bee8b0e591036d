/// The marks of a run: its tags, and whether it is pinned.
public struct RunMarks: Sendable, Hashable {
  /// The tags of the run, sorted.
  public let tags: [String]
  /// Whether the run is pinned.
  public let isPinned: Bool

  /// The marks according to the events of one run.
  public init(_ events: [EventRow]) {
    var tags: Set<String> = []
    var pinned = false
    for event in events {
      switch event.kind {
      case "tag": tags.insert(event.subject)
      case "untag": tags.remove(event.subject)
      case "pin": pinned = true
      case "unpin": pinned = false
      default: continue
      }
    }
    self.tags = tags.sorted()
    isPinned = pinned
  }

  /// The marks of each run by its id; a tag belongs to the run that received it last.
  public static func all(_ events: [EventRow]) -> [String: RunMarks] {
    var bearer: [String: String] = [:]
    for event in events {
      if event.kind == "tag" { bearer[event.subject] = event.run }
      if event.kind == "untag" { bearer[event.subject] = nil }
    }
    let byRun = Dictionary(grouping: events.filter { $0.run != nil }) { $0.run ?? "" }
    return Dictionary(
      uniqueKeysWithValues: byRun.map { run, own in
        (run, RunMarks(own.filter { $0.kind != "tag" || bearer[$0.subject] == run }))
      })
  }
}
