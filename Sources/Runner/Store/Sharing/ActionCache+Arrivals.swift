internal import Glibc
internal import PipelineDSL

extension ActionCache {
  /// The outcome of adding a result from another store.
  enum Arrival: Sendable, Hashable {
    /// It is new in this store.
    case new
    /// This store already contained it.
    case present
    /// This store contains a different result under the same key.
    case divergent
  }

  /// What this store contains under a result's key; `nil` if nothing usable.
  func arrival(of record: KeyRecord) -> Arrival? {
    guard let existing = try? self.record(record.key), missing(existing) == nil else { return nil }
    return existing.agrees(with: record) ? .present : .divergent
  }

  /// Publishes results from another store, once all their objects are on the disk.
  ///
  /// As in `publish`, the first result under a key stays, unless it cannot be used.
  func publish(
    arrivals: [(record: KeyRecord, bytes: [UInt8])]
  ) throws(StoreError) -> [Arrival] {
    guard !arrivals.isEmpty else { return [] }
    try objects.sync()
    var partials: [String] = []
    defer { for partial in partials { unlink(partial) } }
    for arrival in arrivals {
      let partial = layout.newIncoming()
      partials.append(partial)
      let file = try OpenFile(creating: partial)
      try file.write(arrival.bytes)
      try file.setMode(0o444)
      if objects.flushesEachFile { try file.flush() }
    }
    let folder = try OpenFile(reading: layout.keys, followLinks: false)
    if !objects.flushesEachFile { try folder.flushFileSystem() }
    var outcomes: [Arrival] = []
    for (arrival, partial) in zip(arrivals, partials) {
      let path = layout.file(for: arrival.record.key)
      try Folder.create(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
      if try claim(path, with: partial) {
        outcomes.append(.new)
      } else if let existing = self.arrival(of: arrival.record) {
        outcomes.append(existing)
      } else {
        guard rename(partial, path) == 0 else {
          throw StoreError(path: path, "cannot be put in place", code: errno)
        }
        outcomes.append(.new)
      }
    }
    // A network file system persists names by itself.
    if !objects.flushesEachFile { try folder.flushFileSystem() }
    return outcomes
  }
}
