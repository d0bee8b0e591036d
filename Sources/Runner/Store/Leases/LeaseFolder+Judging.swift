internal import PipelineDSL

/// Telling the living from the dead.
extension LeaseFolder {
  /// What a lease says to this process, of which the content and the lock were seen just now.
  mutating func judge(
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
    if isFree(lease, lock, hasStopped: now - since >= patience) { return .free }
    if !isUnchanged {
      sightings[key] = Sighting(
        bytes: bytes, lease: lease, since: since,
        known: seen?.known ?? lease.map { Set($0.failures.map(\.nonce)) },
        stored: seen.map(\.stored) ?? FileStatus(layout.file(for: key)))
    }
    return .held(by: lease?.holder)
  }

  /// Whether nobody computes the key; `hasStopped` says that the lease has not changed for long.
  func isFree(_ lease: Lease?, _ lock: LeaseFile.Lock, hasStopped: Bool) -> Bool {
    guard let lease else {
      switch lock {
      case .own: return !isNetwork || hasStopped
      case .other: return isNetwork && hasStopped
      case .unsupported: return hasStopped
      }
    }
    switch lock {
    case .own: return lease.hasEnded || isLocal(lease.holder) || hasStopped
    case .other: return !isUnderThisKernel(lease.holder) && hasStopped
    case .unsupported: return lease.hasEnded || hasStopped
    }
  }

  private func isUnderThisKernel(_ holder: Lease.Holder) -> Bool {
    !here.boot.isEmpty && holder.boot == here.boot
  }

  /// Whether a holder without a lock is dead for sure: it ran under this kernel, or under an earlier
  /// one of this machine.
  func isLocal(_ holder: Lease.Holder) -> Bool {
    isUnderThisKernel(holder) || holder.host == here.host
  }
}
