internal import Glibc
public import PipelineDSL

/// The leases of a store: which run computes which key, so that others wait for the result.
///
/// A lease is a file `leases/<key>`. Its holder has a kernel lock on it and increments a counter in
/// it. Under one kernel, the lock alone shows whether the holder lives. A holder on another machine
/// counts as dead when its lease has not changed for a while by the observer's clock, whatever the
/// lock shows, since a network file system may share locks, lose them, or keep those of dead
/// processes.
///
/// A lease appears atomically, locked and filled, so that whoever sees it sees its holder. Where
/// nothing is certain, two runs may hold a lease: executing twice is harmless, as the first
/// publication wins, but waiting for a dead holder is not.
///
/// If the value is destroyed without `releaseAll`, its leases look as after a crash.
public struct LeaseFolder: ~Copyable {
  /// What a look at a lease shows.
  public enum Finding: Sendable, Hashable {
    /// Nobody computes the key, or a result has been published.
    case free
    /// Another process computes the key; its holder, if it can be read.
    case held(by: Lease.Holder?)
    /// Another process computed the key while this one waited, and failed.
    case failed(Lease.Failure)
  }

  /// The outcome of trying to take a lease.
  public enum Taking: Sendable, Hashable {
    /// This process holds the lease.
    case taken
    /// Another process computes the key; its holder, if it can be read.
    case held(by: Lease.Holder?)
    /// Another process computed the key while this one waited, and failed.
    case failed(Lease.Failure)
    /// Leases are unavailable in this store.
    case unavailable(StoreError)
  }

  /// A lease that this process holds.
  private struct Own {
    let file: LeaseFile
    var lease: Lease
  }

  /// What was last seen of a lease that this process waits for.
  struct Sighting {
    var bytes: [UInt8]
    var lease: Lease?
    /// When this content was first seen, by `clock`.
    var since: Double
    /// The nonces of failures before this process began to wait; `nil` until the lease can be read.
    let known: Set<String>?
    /// The status of the key's result file, if there is one: the result may be unusable.
    var stored: FileStatus?
  }

  /// Seconds without change after which a holder on another machine counts as dead.
  public static let patience = 60.0

  let layout: StoreLayout
  let here: (host: String, boot: String)
  /// Whether the store is on a network file system, where an unreadable lease may still be in
  /// transit.
  let isNetwork: Bool
  private let run: String
  let patience: Double
  let clock: () -> Double
  private var own: [Digest: Own] = [:]
  var sightings: [Digest: Sighting] = [:]
  private var lastBeat = 0.0
  private var isPrepared = false

  /// The leases of a store, as a run sees and takes them; does not access the store yet.
  ///
  /// `patience` is the seconds without change after which a holder on another machine counts as
  /// dead.
  public init(
    _ layout: StoreLayout, run: String = "", patience: Double = LeaseFolder.patience
  ) {
    self.init(layout, run: run, patience: patience, clock: Self.monotonicSeconds)
  }

  /// The same with another clock, which tests advance by hand.
  init(
    _ layout: StoreLayout, run: String, patience: Double, clock: @escaping () -> Double,
    here: (host: String, boot: String) = Lease.Holder.here
  ) {
    (self.layout, self.run, self.patience, self.clock) = (layout, run, patience, clock)
    self.here = here
    isNetwork = FileSystem.networkName(of: layout.root) != nil
  }

  deinit { for held in own.values { held.file.close() } }

  /// A clock that is never set, and that stops while the machine sleeps, so that no holder looks
  /// dead because its observer slept.
  static func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  func path(of key: Digest) -> String { layout.leases + "/" + key.hex }

  // MARK: Taking

  /// Takes the lease of a key unless another process holds it.
  public mutating func take(_ key: Digest) -> Taking {
    let path = path(of: key)
    do throws(StoreError) {
      try prepare()
      // Each further iteration means that another process was faster.
      for _ in 0..<64 {
        guard let there = try LeaseFile(opening: path) else {
          if try put(key, at: path, after: nil) { return .taken }
          continue
        }
        var isKept = false
        defer { if !isKept { there.close() } }
        let lock = there.lock()
        guard there.isAt(path) else { continue }
        let bytes = there.read()
        switch evaluate(key, bytes, lock) {
        case .held(let holder): return .held(by: holder)
        case .failed(let failure): return .failed(failure)
        case .free:
          let earlier = Lease(parsing: bytes)
          if lock == .own, there.isWritable, !isNetwork, isFree(earlier, lock, isStale: false) {
            isKept = true
            let lease = Lease(holder: holder, after: earlier)
            there.write(lease.bytes, flush: isNetwork)
            _ = keep(there, key, lease)
            return .taken
          }
          // Replaced by a new file: a holder that is only slow goes on writing to its own.
          if try put(key, at: path, after: earlier ?? Lease(holder: holder)) { return .taken }
        }
      }
      return .held(by: nil)
    } catch { return .unavailable(error) }
  }

  /// Looks at the lease of a key that this process waits for, without taking its lock.
  public mutating func look(_ key: Digest) -> Finding {
    let stored = FileStatus(layout.file(for: key))
    if let seen = sightings[key], stored != seen.stored {
      sightings[key]?.stored = stored
      return .free
    }
    guard let file = try? LeaseFile(opening: path(of: key)) else { return .free }
    defer { file.close() }
    let lock = file.lockSeen()
    return evaluate(key, file.read(), lock)
  }

  /// The number of this process's attempt at a key whose lease it holds; 1 without leases.
  public func attempt(at key: Digest) -> Int { own[key]?.lease.attempt ?? 1 }

  /// Stops waiting for a key.
  public mutating func forget(_ key: Digest) { sightings[key] = nil }

  private var holder: Lease.Holder { Lease.Holder(run: run, host: here.host, boot: here.boot) }

  private mutating func prepare() throws(StoreError) {
    guard !isPrepared else { return }
    guard FileStatus(layout.leases, followLinks: false)?.kind != .link else {
      throw StoreError(path: layout.leases, "is a symbolic link, which a store must not contain")
    }
    try Folder.create(layout.leases)
    sweep()
    isPrepared = true
  }

  /// Puts a new lease in place, replacing an earlier one; `false` if another process was faster.
  private mutating func put(
    _ key: Digest, at path: String, after earlier: Lease?
  ) throws(StoreError) -> Bool {
    let partial = layout.newIncoming()
    let file = try LeaseFile(creating: partial)
    let lease = Lease(holder: holder, after: earlier)
    _ = file.lock()
    file.write(lease.bytes, flush: isNetwork)
    let code = earlier == nil ? Self.claim(path, with: partial) : Self.replace(path, with: partial)
    guard code == 0 else {
      unlink(partial)
      file.close()
      if code == EEXIST { return false }
      throw StoreError(path: path, "the lease cannot be put in place", code: code)
    }
    return try isNetwork ? confirm(file, key, lease) : keep(file, key, lease)
  }

  /// Holds the lease by the file that is in place now; `false` if that of another host is.
  ///
  /// On a network file system, another host may have replaced the file at the same moment, and the
  /// file may count as another one, with locks of its own, once it has another name.
  private mutating func confirm(
    _ file: LeaseFile, _ key: Digest, _ lease: Lease
  ) throws(StoreError) -> Bool {
    file.close()
    guard let placed = try LeaseFile(opening: path(of: key)) else { return false }
    _ = placed.lock()
    guard Lease(parsing: placed.read())?.holder.nonce == lease.holder.nonce else {
      placed.close()
      return false
    }
    return keep(placed, key, lease)
  }

  /// Records that a locked and filled file is this process's lease.
  private mutating func keep(_ file: LeaseFile, _ key: Digest, _ lease: Lease) -> Bool {
    own[key] = Own(file: file, lease: lease)
    sightings[key] = nil
    return true
  }

  /// Whether the file at a lease's path is this process's own.
  private func isInPlace(_ held: Own, _ path: String) -> Bool {
    guard isNetwork else { return held.file.isAt(path) }
    // Network file systems may number the same file differently.
    guard let placed = try? LeaseFile(opening: path) else { return false }
    defer { placed.close() }
    return Lease(parsing: placed.read())?.holder.nonce == held.lease.holder.nonce
  }

  /// Gives a file an unused name; returns the error number, or 0.
  private static func claim(_ path: String, with partial: String) -> Int32 {
    if link(partial, path) == 0 {
      unlink(partial)
      return 0
    }
    switch errno {
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      // No hard links here. If two processes come at the same moment, both go on, which is
      // harmless.
      return FileStatus(path, followLinks: false) == nil ? replace(path, with: partial) : EEXIST
    default: return errno
    }
  }

  private static func replace(_ path: String, with partial: String) -> Int32 {
    rename(partial, path) == 0 ? 0 : errno
  }

  // MARK: Holding

  /// Shows that this process lives; must be called about every second, and writes when due.
  public mutating func beat() {
    let now = clock()
    guard !own.isEmpty, now - lastBeat >= patience / 6 else { return }
    lastBeat = now
    for (key, held) in own {
      var lease = held.lease
      lease.beat += 1
      own[key]?.lease = lease
      held.file.write(lease.bytes, flush: isNetwork)
    }
  }

  /// Releases a lease, after the result was published or the computation was given up.
  ///
  /// - Returns: `false` if another process has taken it over meanwhile.
  @discardableResult
  public mutating func release(_ key: Digest) -> Bool {
    guard let held = own.removeValue(forKey: key) else { return true }
    let path = path(of: key)
    let isStillOwn = isInPlace(held, path)
    // Before the lock is released, so that no process takes a file that is about to be removed.
    if isStillOwn { unlink(path) }
    held.file.close()
    return isStillOwn
  }

  /// Releases a lease and tells waiting runs that there is no result.
  ///
  /// `attempt` is the folder of the attempt, relative to the store's `scratch`; `limit` is the time
  /// limit of the cell in seconds, if it failed because it exceeded it.
  public mutating func fail(
    _ key: Digest, reason: String, hint: String?, attempt: String, limit: Int?
  ) {
    guard var held = own.removeValue(forKey: key) else { return }
    held.lease.fail(reason: reason, hint: hint, attempt: attempt, limit: limit)
    held.file.write(held.lease.bytes, flush: isNetwork)
    held.file.close()
  }

  /// Releases all leases.
  public mutating func releaseAll() { for key in own.keys { release(key) } }
}
