/// The announcement of a run, as other processes see it.
struct LiveFile: Sendable {
  let path: String
  let run: String
  let uses: UseList
  /// When the run began, by the clock of the store's disk, in nanoseconds since 1970.
  let started: Int
  /// Whether the run is active.
  let isLive: Bool
  /// The time of the last heartbeat, in nanoseconds since 1970.
  let lastSign: Int

  /// Reads an announcement; `nil` if it has just been removed.
  init?(_ path: String, run: String, now: Int, grace: Double) throws(StoreError) {
    let content = try OpenFile.ifPresent(path) { file throws(StoreError) in
      (status: try file.status(), bytes: try file.readAll())
    }
    guard let (status, bytes) = content else { return nil }
    (self.path, self.run) = (path, run)
    uses = try UseList(parsing: bytes, path: path)
    started = uses.header["started"].flatMap { Int($0) } ?? status.modified
    lastSign = status.modified
    let boot = ThisHost.boot
    if !boot.isEmpty, uses.header["boot"] == boot, let unlocked = Self.lock(of: path) {
      isLive = !unlocked
    } else {
      // Another host, or this one before a reboot, which cannot be told apart with certainty.
      let patience = max(grace, Double(LiveRun.patience))
      isLive = Double(now - status.modified) * 1e-9 < patience
    }
  }

  /// Whether no process on this host holds the lock of an announcement.
  static func isUnlocked(_ path: String) -> Bool { lock(of: path) ?? false }

  /// Whether no process holds the lock; `nil` if that cannot be determined.
  private static func lock(of path: String) -> Bool? {
    guard let file = try? OpenFile(reading: path, followLinks: false) else { return nil }
    switch file.lock() {
    case .taken: return true
    case .held: return false
    case .unsupported: return nil
    }
  }
}
