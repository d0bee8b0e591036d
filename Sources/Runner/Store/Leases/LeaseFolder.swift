internal import Glibc
public import PipelineDSL

/// The leases of a store: who computes which key, so that others wait for the result.
///
/// A lease is a file `leases/<key>`. Its holder has a kernel lock on it and raises a counter in it.
/// Under one kernel the lock alone says whether the holder lives. A holder on another machine is
/// dead when its lease did not change for a while of the observer's own clock, whatever the lock
/// says, as a network disk may carry locks, lose them, or keep those of the dead.
///
/// A lease appears in one step, locked and filled, so that whoever sees one sees who holds it. Where
/// nothing can be known for sure, two may hold a lease: executing twice is harmless, as the first
/// publication wins, and waiting for nobody is not.
///
/// When the value goes without `releaseAll`, its leases look as after a crash.
public struct LeaseFolder: ~Copyable {
  /// What a look at a lease finds.
  public enum Finding: Sendable, Hashable {
    /// Nobody computes the key, or a result has been published.
    case free
    /// Somebody does: who, if that can be read.
    case held(by: Lease.Holder?)
    /// Somebody did while this process waited, and failed.
    case failed(Lease.Failure)
  }

  /// What comes of the wish to compute a key.
  public enum Taking: Sendable, Hashable {
    /// The lease is this process's.
    case taken
    /// Somebody else computes the key: who, if that can be read.
    case held(by: Lease.Holder?)
    /// Somebody else did while this process waited, and failed.
    case failed(Lease.Failure)
    /// Leases cannot be kept here.
    case unavailable(StoreError)
  }

  /// A lease that is held.
  private struct Own {
    let file: LeaseFile
    var lease: Lease
  }

  /// What was last seen of a lease for which this process waits.
  struct Sighting {
    var bytes: [UInt8]
    var lease: Lease?
    /// Since when it has been so.
    var since: Double
    /// The failures from before this process began to wait; none as long as nothing can be read.
    let known: Set<String>?
    /// The file that holds the key's result, if there is any: it may be one that cannot be used.
    var stored: FileStatus?
  }

  /// Seconds without change after which a holder on another machine counts as dead.
  public static let patience = 60.0

  let layout: StoreLayout
  let here: (host: String, boot: String)
  /// Whether the store lies on another machine, where an unreadable lease may still be on its way.
  let isNetwork: Bool
  private let run: String
  let patience: Double
  let clock: () -> Double
  private var own: [Digest: Own] = [:]
  var sightings: [Digest: Sighting] = [:]
  private var lastBeat = 0.0
  private var isPrepared = false

  /// The leases of a store as a run sees and takes them; nothing is touched yet.
  ///
  /// `patience` is the seconds without change after which a holder on another machine is dead.
  public init(
    _ layout: StoreLayout, run: String = "", patience: Double = LeaseFolder.patience
  ) {
    self.init(layout, run: run, patience: patience, clock: Self.monotonicSeconds)
  }

  /// The same with another clock; tests move it by hand.
  init(
    _ layout: StoreLayout, run: String, patience: Double, clock: @escaping () -> Double,
    here: (host: String, boot: String) = Lease.Holder.here
  ) {
    (self.layout, self.run, self.patience, self.clock) = (layout, run, patience, clock)
    self.here = here
    isNetwork = FileSystem.networkName(of: layout.root) != nil
  }

  deinit { for held in own.values { held.file.close() } }

  /// A clock that nobody sets, and that stands while the machine sleeps: no holder looks dead
  /// because its observer was.
  static func monotonicSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  func path(of key: Digest) -> String { layout.leases + "/" + key.hex }

  // MARK: Taking

  /// Takes the lease of a key if nobody holds it.
  public mutating func take(_ key: Digest) -> Taking {
    let path = path(of: key)
    do throws(StoreError) {
      try prepare()
      // Each further turn means that another process was quicker.
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
        switch judge(key, bytes, lock) {
        case .held(let holder): return .held(by: holder)
        case .failed(let failure): return .failed(failure)
        case .free:
          let earlier = Lease(parsing: bytes)
          if lock == .own, there.isWritable, isFree(earlier, lock, hasStopped: false) {
            isKept = true
            let lease = Lease(holder: holder, after: earlier)
            there.write(lease.bytes, flush: isNetwork)
            keep(there, key, lease)
            return .taken
          }
          // A holder that may only be slow goes on writing into its own file.
          if try put(key, at: path, after: earlier ?? Lease(holder: holder)) { return .taken }
        }
      }
      return .held(by: nil)
    } catch { return .unavailable(error) }
  }

  /// Looks at the lease of a key for which this process waits; disturbs nobody.
  public mutating func look(_ key: Digest) -> Finding {
    let stored = FileStatus(layout.file(for: key))
    if let seen = sightings[key], stored != seen.stored {
      sightings[key]?.stored = stored
      return .free
    }
    guard let file = try? LeaseFile(opening: path(of: key)) else { return .free }
    defer { file.close() }
    let lock = file.lockSeen()
    return judge(key, file.read(), lock)
  }

  /// The number of this process's attempt at a key whose lease it holds; 1 where leases are unavailable.
  public func attempt(at key: Digest) -> Int { own[key]?.lease.attempt ?? 1 }

  /// Ends the waiting for a key.
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

  /// Puts a new lease in place, of an earlier one if there is any; `false` if another was quicker.
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
    keep(file, key, lease)
    return true
  }

  /// Takes note that a locked and filled file is this process's lease.
  private mutating func keep(_ file: LeaseFile, _ key: Digest, _ lease: Lease) {
    own[key] = Own(file: file, lease: lease)
    sightings[key] = nil
  }

  /// Gives a file a name that nobody has; the error number, or 0.
  private static func claim(_ path: String, with partial: String) -> Int32 {
    if link(partial, path) == 0 {
      unlink(partial)
      return 0
    }
    switch errno {
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      // No second names here; of two that come at the same moment both go on, which is harmless.
      return FileStatus(path, followLinks: false) == nil ? replace(path, with: partial) : EEXIST
    default: return errno
    }
  }

  private static func replace(_ path: String, with partial: String) -> Int32 {
    rename(partial, path) == 0 ? 0 : errno
  }

  // MARK: Holding

  /// Shows that this process lives; to be called every second or so, writes when it is due.
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

  /// Gives a lease back, after the result was published or because nobody computes it any more.
  ///
  /// - Returns: `false` if another process has taken it over meanwhile.
  @discardableResult
  public mutating func release(_ key: Digest) -> Bool {
    guard let held = own.removeValue(forKey: key) else { return true }
    let path = path(of: key)
    let isStillOwn = held.file.isAt(path)
    // Before the lock goes, so that nobody takes what is about to vanish.
    if isStillOwn { unlink(path) }
    held.file.close()
    return isStillOwn
  }

  /// Gives a lease back and tells those who wait that there is no result.
  ///
  /// `attempt` is the folder of the attempt, relative to the store's `scratch`; `limit` is the
  /// seconds the cell was allowed, if it failed because it took longer.
  public mutating func fail(
    _ key: Digest, reason: String, hint: String?, attempt: String, limit: Int?
  ) {
    guard var held = own.removeValue(forKey: key) else { return }
    held.lease.fail(reason: reason, hint: hint, attempt: attempt, limit: limit)
    held.file.write(held.lease.bytes, flush: isNetwork)
    held.file.close()
  }

  /// Gives all leases back.
  public mutating func releaseAll() { for key in own.keys { release(key) } }
}
