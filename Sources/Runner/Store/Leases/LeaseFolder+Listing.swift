internal import Glibc
public import PipelineDSL

extension LeaseFolder {
  /// Seconds after which what nobody can still be waiting to read may go.
  private static let keptFor = 3600
  /// Seconds after which a lease of another machine may go, though nobody watched it.
  private static let keptForOthers = 7 * 24 * 3600

  /// The keys that are being computed, as far as one look can tell: a holder on another machine
  /// counts as alive.
  public func liveKeys() -> Set<Digest> {
    var keys: Set<Digest> = []
    for entry in (try? Folder.entries(layout.leases)) ?? [] {
      guard let key = Digest(hex: entry.name) else { continue }
      let file: LeaseFile
      do {
        // It may have gone meanwhile.
        guard let found = try LeaseFile(opening: path(of: key)) else { continue }
        file = found
      } catch {
        keys.insert(key)
        continue
      }
      defer { file.close() }
      let lock = file.lockSeen()
      let lease = Lease(parsing: file.read())
      let isLive =
        switch lock {
        case .other: true
        case .own: lease.map { !$0.hasEnded && !isLocal($0.holder) } ?? isNetwork
        case .unsupported: lease.map { !$0.hasEnded } ?? true
        }
      if isLive { keys.insert(key) }
    }
    return keys
  }

  /// Removes what crashes and failures left behind some time ago.
  ///
  /// Nothing depends on it: such a lease is free for whoever wants it. The age is the disk's word,
  /// so a clock that jumps can at most make a waiting run compute for itself.
  public func sweep() {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    for entry in (try? Folder.entries(layout.leases)) ?? [] {
      guard let key = Digest(hex: entry.name) else { continue }
      let path = path(of: key)
      guard let status = FileStatus(path, followLinks: false) else { continue }
      let age = now.tv_sec - status.modified / 1_000_000_000
      guard age > Self.keptFor, let file = try? LeaseFile(opening: path) else { continue }
      defer { file.close() }
      let lock = file.lock()
      guard lock != .other, file.isAt(path) else { continue }
      let lease = Lease(parsing: file.read())
      let isDead =
        lock == .own && (lease.map { $0.hasEnded || isLocal($0.holder) } ?? !isNetwork)
      if isDead || age > Self.keptForOthers { unlink(path) }
    }
  }
}
