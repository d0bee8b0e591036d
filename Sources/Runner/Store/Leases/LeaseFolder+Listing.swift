internal import Glibc
public import PipelineDSL

extension LeaseFolder {
  /// The age in seconds after which no run can still be waiting to read a lease.
  private static let keptFor = 3600
  /// The age in seconds after which a lease of another machine is removed without being observed.
  private static let keptForOthers = 7 * 24 * 3600

  /// The keys being computed, as far as one look can tell: a holder on another machine counts as
  /// alive.
  public func liveKeys() -> Set<Digest> {
    var keys: Set<Digest> = []
    for entry in (try? Folder.entries(layout.leases)) ?? [] {
      guard let key = Digest(hex: entry.name) else { continue }
      let file: LeaseFile
      do {
        // It may have been removed meanwhile.
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
        case .own: lease.map { !$0.hasEnded && !isCertainlyDead($0.holder) } ?? isNetwork
        case .unsupported: lease.map { !$0.hasEnded } ?? true
        }
      if isLive { keys.insert(key) }
    }
    return keys
  }

  /// Removes old leases that crashes and failures left behind.
  ///
  /// Nothing depends on it: any run can take such a lease. The age comes from the file's
  /// modification time, so a clock that jumps can at most make a waiting run compute the result
  /// itself.
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
        lock == .own && (lease.map { $0.hasEnded || isCertainlyDead($0.holder) } ?? !isNetwork)
      if isDead || age > Self.keptForOthers { unlink(path) }
    }
  }
}
