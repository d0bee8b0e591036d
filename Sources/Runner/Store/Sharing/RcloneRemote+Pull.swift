public import PipelineDSL

extension RcloneRemote {
  /// Copies results from there: keys, then the manifests they name, then the files, each verified
  /// before it is stored.
  public func pull(
    _ keys: [Digest]?, into own: ActionCache, listing: RemoteListing?, threads: Int
  ) throws(StoreError) -> TransferOutcome {
    let listing = if let listing { listing } else { try existing() }
    var pull = RclonePull(remote: self, own: own, listing: listing, threads: threads)
    return try pull.run(keys ?? listing.keys.keys.sorted())
  }
}

/// One pull from a remote.
private struct RclonePull {
  let remote: RcloneRemote
  let own: ActionCache
  let listing: RemoteListing
  let threads: Int
  private var outcome = TransferOutcome()

  init(remote: RcloneRemote, own: ActionCache, listing: RemoteListing, threads: Int) {
    (self.remote, self.own, self.listing, self.threads) = (remote, own, listing, threads)
  }

  mutating func run(_ keys: [Digest]) throws(StoreError) -> TransferOutcome {
    // No key refers to files fetched ahead yet; the announcement protects them from collections.
    let announced = try LiveRun(
      "copy-\(StoreLayout.uniqueName())", record: own.layout.root + "/copy", in: own.layout)
    defer { withExtendedLifetime(announced) {} }
    var wanted: [Digest] = []
    for key in keys {
      guard let size = listing.keys[key] else {
        outcome.incomplete.append("result \(key.short): not in \(remote.name)")
        continue
      }
      if isPresent(key, size: size) { outcome.present += 1 } else { wanted.append(key) }
    }
    for start in stride(from: 0, to: wanted.count, by: 1024) {
      try fetch(Array(wanted[start..<min(start + 1024, wanted.count)]), announced)
    }
    return outcome
  }

  /// Whether the store has a usable result under a key, with a key file of the same size.
  private func isPresent(_ key: Digest, size: Int) -> Bool {
    guard FileStatus(own.layout.file(for: key), followLinks: false)?.size == size,
      let record = try? own.record(key)
    else { return false }
    return own.missing(record) == nil
  }

  /// Fetches some results with all they need.
  private mutating func fetch(_ keys: [Digest], _ announced: LiveRun) throws(StoreError) {
    let staging = try RemoteStaging(in: own.layout.scratch)
    defer { staging.remove() }
    var reader = RemoteReader(remote: remote, listing: listing, staging: staging)
    let records = try reader.records(keys) { own.arrival(of: $0) }
    try reader.fetchManifests(records, unless: own.objects.reuse)
    var portion: [Digest] = []
    var files: [Digest: Int] = [:]
    var bytes = 0
    for record in records {
      guard let needs = reader.files(of: record, completedBy: own) else { continue }
      portion.append(record.key)
      for (digest, size) in needs where files[digest] == nil {
        guard !own.objects.reuse(digest, size: size) else { continue }
        files[digest] = size
        bytes += size
      }
      guard bytes >= RcloneRemote.portion else { continue }
      try adopt(portion, files, staging, announced)
      (portion, files, bytes) = ([], [:], 0)
    }
    try adopt(portion, files, staging, announced)
    outcome.add(reader.outcome) { $0 }
  }

  /// Fetches files and copies results into the store.
  private mutating func adopt(
    _ keys: [Digest], _ files: [Digest: Int], _ staging: RemoteStaging, _ announced: LiveRun
  ) throws(StoreError) {
    guard !keys.isEmpty else { return }
    let layout = staging.cache.layout
    var rest = files.sorted { $0.key < $1.key }[...]
    var ahead: Set<Digest> = []
    while rest.count > remote.filesAhead {
      try ahead.formUnion(take(Array(rest.prefix(remote.filesAhead)), staging))
      rest = rest.dropFirst(remote.filesAhead)
      announced.beat()
    }
    try remote.fetch(rest.map { layout.relative(object: $0.key) }, to: layout.root)
    var transfer = try StoreTransfer(
      from: staging.cache, to: own, threads: threads, arrived: ahead)
    let arrived = try transfer.run(keys)
    outcome.add(arrived) { [name = remote.name] in $0.replacing(layout.root, with: name) }
    for digest in files.keys { staging.cache.objects.discard(digest) }
  }

  /// Fetches files and copies them into the store before their results, so that a pull that is cut off
  /// has to fetch only the last of them again; returns those that have arrived.
  ///
  /// What is damaged stays behind, and its result is then left out.
  private mutating func take(
    _ files: [(key: Digest, value: Int)], _ staging: RemoteStaging
  ) throws(StoreError) -> [Digest] {
    let layout = staging.cache.layout
    try remote.fetch(files.map { layout.relative(object: $0.key) }, to: layout.root)
    let (own, arrived) = (own.objects, staging.cache.objects)
    let results = ParallelMap.run(files.count, threads: threads) { index in
      Result { () throws(StoreError) in try own.copy(files[index].key, from: arrived) }
    }
    var taken: [Digest] = []
    for (file, result) in zip(files, results) {
      do throws(StoreError) {
        outcome.objects.add(try result.get())
        taken.append(file.key)
        arrived.discard(file.key)
      } catch {
        guard error.damaged else { throw error }
      }
    }
    return taken
  }
}
