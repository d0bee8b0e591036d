internal import Glibc
internal import PipelineDSL

/// Decides whether holders of leases are alive.
extension LeaseFolder {
  /// What a lease means for this process, given the content and the lock as just seen.
  mutating func evaluate(
    _ key: Digest, _ bytes: [UInt8], _ lock: LeaseFile.Lock
  ) -> Finding {
    let now = clock()
    let seen = sightings[key]
    let isUnchanged = seen?.bytes == bytes
    let lease = isUnchanged ? seen?.lease : Lease(parsing: bytes)
    if let known = seen?.known,
      let failure = lease?.failures.last(where: { !known.contains($0.nonce) })
    {
      sightings[key] = nil
      return .failed(failure)
    }
    let since = isUnchanged ? seen?.since ?? now : now
    if isFree(lease, lock, isStale: now - since >= patience) { return .free }
    if !isUnchanged {
      sightings[key] = Sighting(
        bytes: bytes, lease: lease, since: since,
        known: seen?.known ?? lease.map { Set($0.failures.map(\.nonce)) },
        stored: seen.map(\.stored) ?? FileStatus(layout.file(for: key)))
    }
    return .held(by: lease?.holder)
  }

  /// Whether nobody computes the key; `isStale` means that the lease has not changed for long.
  func isFree(_ lease: Lease?, _ lock: LeaseFile.Lock, isStale: Bool) -> Bool {
    guard let lease else {
      switch lock {
      case .own: return !isNetwork || isStale
      case .other: return isNetwork && isStale
      case .unsupported: return isStale
      }
    }
    switch lock {
    case .own: return lease.hasEnded || isCertainlyDead(lease.holder) || isStale
    case .other: return !isOfThisBoot(lease.holder) && isStale
    case .unsupported: return lease.hasEnded || isStale
    }
  }

  private func isOfThisBoot(_ holder: Lease.Holder) -> Bool {
    !here.boot.isEmpty && holder.boot == here.boot
  }

  /// Whether a holder without a lock is certainly dead: it ran under this kernel, or on this machine
  /// before a reboot.
  ///
  /// A network file system may lose the locks of processes that live, also of those on this machine.
  func isCertainlyDead(_ holder: Lease.Holder) -> Bool {
    guard isNetwork else { return isOfThisBoot(holder) || holder.host == here.host }
    // In a container of the same kernel, a process has another number here.
    guard holder.host == here.host else { return false }
    guard isOfThisBoot(holder), let process = pid_t(exactly: holder.process) else { return true }
    return kill(process, 0) != 0 && errno == ESRCH
  }
}
