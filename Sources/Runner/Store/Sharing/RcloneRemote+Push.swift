public import PipelineDSL

extension RcloneRemote {
  /// Copies results of a store there: objects first, each verified here, keys last.
  ///
  /// An existing key is not replaced, unless it cannot be read.
  public func push(
    _ keys: [Digest]?, from own: ActionCache, threads: Int
  ) throws(StoreError) -> TransferOutcome {
    var push = RclonePush(
      remote: self, own: own, listing: try list() ?? RemoteListing(), threads: threads)
    let wanted = if let keys { keys } else { try own.keys() }
    return try push.run(wanted)
  }
}

/// One push to a remote.
private struct RclonePush {
  let remote: RcloneRemote
  let own: ActionCache
  /// What is there, with what this push has added.
  var listing: RemoteListing
  let threads: Int
  private var outcome = TransferOutcome()
  /// Objects that are damaged here.
  private var refused: Set<Digest> = []

  init(remote: RcloneRemote, own: ActionCache, listing: RemoteListing, threads: Int) {
    (self.remote, self.own, self.listing, self.threads) = (remote, own, listing, threads)
  }

  mutating func run(_ keys: [Digest]) throws(StoreError) -> TransferOutcome {
    var portion: [TransferCandidate] = []
    var bytes = 0
    for start in stride(from: 0, to: keys.count, by: 1024) {
      let part = Array(keys[start..<min(start + 1024, keys.count)])
      for candidate in try wanted(examine(part)) {
        portion.append(candidate)
        bytes += lacking(candidate).reduce(0) { $0 + $1.size }
        guard bytes >= RcloneRemote.portion || portion.count >= 4096 else { continue }
        try send(portion)
        (portion, bytes) = ([], 0)
      }
    }
    try send(portion)
    return outcome
  }

  private mutating func examine(_ keys: [Digest]) -> [TransferCandidate] {
    let own = own
    let found = ParallelMap.run(keys.count, threads: threads) { index in
      Result { () throws(TransferRefusal) in
        let (record, bytes) = try TransferCandidate.record(keys[index], in: own)
        return try TransferCandidate(record, bytes, in: own)
      }
    }
    return found.compactMap { result in
      do throws(TransferRefusal) { return try result.get() } catch {
        outcome.add(error)
        return nil
      }
    }
  }

  /// The objects of a result that the remote lacks, or has with another size.
  private func lacking(_ candidate: TransferCandidate) -> [(digest: Digest, size: Int)] {
    candidate.objects.filter { listing.objects[$0.digest] != $0.size }
  }

  /// Leaves out the results that are there, and those whose key has another result there.
  ///
  /// A key file that is there is read only if its size or one of its objects differs.
  private mutating func wanted(
    _ candidates: [TransferCandidate]
  ) throws(StoreError) -> [TransferCandidate] {
    var wanted: [TransferCandidate] = []
    var doubtful: [TransferCandidate] = []
    for candidate in candidates {
      guard let size = listing.keys[candidate.record.key] else {
        wanted.append(candidate)
        continue
      }
      if size == candidate.bytes.count, lacking(candidate).isEmpty {
        outcome.present += 1
      } else {
        doubtful.append(candidate)
      }
    }
    guard !doubtful.isEmpty else { return wanted }
    let staging = try RemoteStaging(in: own.layout.scratch)
    defer { staging.remove() }
    let keys = doubtful.map(\.record.key)
    try remote.fetch(keys.map(own.layout.relative(key:)), to: staging.cache.layout.root)
    for candidate in doubtful {
      let key = candidate.record.key
      if let theirs = try? staging.cache.record(key) {
        guard theirs.agrees(with: candidate.record) else {
          outcome.divergent.append(key)
          continue
        }
        if lacking(candidate).isEmpty {
          outcome.present += 1
          continue
        }
      } else {
        listing.keys[key] = nil
      }
      wanted.append(candidate)
    }
    return wanted
  }

  private mutating func send(_ candidates: [TransferCandidate]) throws(StoreError) {
    guard !candidates.isEmpty else { return }
    try sendObjects(candidates)
    let whole = candidates.filter { lacking($0).isEmpty }
    let keys = whole.map(\.record.key).filter { listing.keys[$0] == nil }
    try remote.send(keys.map(own.layout.relative(key:)), from: own.layout.root)
    for candidate in whole {
      let key = candidate.record.key
      if listing.keys[key] != nil {
        outcome.present += 1
      } else if FileStatus(own.layout.file(for: key), followLinks: false) != nil {
        listing.keys[key] = candidate.bytes.count
        outcome.copied += 1
      } else {
        outcome.incomplete.append("result \(key.short): was collected while it was copied")
      }
    }
    for candidate in candidates {
      let lost = lacking(candidate).filter { !refused.contains($0.digest) }
      guard let first = lost.first else { continue }
      outcome.incomplete.append(
        "result \(candidate.record.key.short): object \(first.digest.short) was collected while "
          + "it was copied")
    }
  }

  private mutating func sendObjects(_ candidates: [TransferCandidate]) throws(StoreError) {
    var waiting: [Digest: Int] = [:]
    for candidate in candidates {
      let lacking = lacking(candidate)
      outcome.presentObjects += candidate.objects.count - lacking.count
      for (digest, size) in lacking where !refused.contains(digest) { waiting[digest] = size }
    }
    let digests = waiting.keys.sorted()
    let own = own
    let found = ParallelMap.run(digests.count, threads: threads, chunk: 1) { index in
      Result { () throws(StoreError) in try own.objects.verify(digests[index]) }
    }
    for (digest, result) in zip(digests, found) {
      do throws(StoreError) { _ = try result.get() } catch {
        refused.insert(digest)
        waiting[digest] = nil
        outcome.damaged.append("\(error)")
      }
    }
    var files = waiting.keys.sorted().map(own.layout.relative(object:))
    // So that it can also be opened as a folder, where its machine is reached directly.
    if !listing.hasVersion { files += ["version", "CACHEDIR.TAG"] }
    try remote.send(files, from: own.layout.root)
    listing.hasVersion = true
    // rclone passes over a file that disappears, as in a garbage collection, without a word.
    for (digest, size) in waiting where own.objects.contains(digest, size: size) {
      listing.objects[digest] = size
      outcome.objects.add(size)
    }
  }
}
