internal import Glibc
internal import PipelineDSL

extension GarbageCollector {
  /// Collects everything except results and objects: what attempts, copies and runs left behind.
  mutating func sweepRest(results: [Digest: KeepReason.Group]) throws(StoreError) {
    try sweepScratch()
    try sweepState(results)
    try sweepIncoming()
    try sweepMemo()
    try sweepJobs()
    for file in roots.deadFiles {
      try takeWhole("roots/live/" + file.run, .announcements)
    }
  }

  private func isOld(_ status: FileStatus) -> Bool {
    max(status.modified, status.changed) < cutoff
  }

  private mutating func takeWhole(
    _ relative: String, _ cause: GarbageReport.Cause
  ) throws(StoreError) {
    let path = layout.root + "/" + relative
    guard let status = FileStatus(path, followLinks: false) else { return }
    var amount = Amount()
    if status.kind == .folder { amount = Folder.amount(path) } else { amount.add(status.size) }
    if !options.dryRun {
      guard try trash.take(relative) else { return }
    }
    report.collect(cause, amount)
  }

  private mutating func sweepScratch() throws(StoreError) {
    let batches = layout.allBatches().map(\.name)
    for entry in try Folder.entries(layout.scratch) where !roots.liveRuns.contains(entry.name) {
      // Jobs of a cluster outlive their run.
      guard !batches.contains(where: { $0.hasPrefix(entry.name + "-") }) else { continue }
      let path = layout.scratch + "/" + entry.name
      guard entry.isPlain, let status = FileStatus(path, followLinks: false), isOld(status) else {
        continue
      }
      try takeWhole("scratch/" + entry.name, .scratch)
    }
  }

  /// Collects batches of cluster jobs that nothing has changed for a week, however short the grace
  /// period: the jobs may still be in the queue.
  private mutating func sweepJobs() throws(StoreError) {
    let oldest = min(cutoff, now - 7 * 86_400_000_000_000)
    for folder in ["batches", "keys", "logs"] {
      let place = layout.jobs + "/" + folder
      guard FileStatus(place, followLinks: false)?.kind == .folder else { continue }
      for entry in try Folder.entries(place) where entry.isPlain {
        guard let status = FileStatus(place + "/" + entry.name, followLinks: false),
          status.modified < oldest
        else { continue }
        try takeWhole("jobs/\(folder)/\(entry.name)", .scratch)
      }
    }
  }

  /// Keeps the checkpoints of active runs, and of kept runs that have no result yet.
  private mutating func sweepState(_ results: [Digest: KeepReason.Group]) throws(StoreError) {
    let folder = layout.root + "/state"
    let named = roots.keys
    for shard in try Folder.entries(folder) where shard.kind == .folder {
      for entry in try Folder.entries(folder + "/" + shard.name) where entry.isPlain {
        let relative = "state/\(shard.name)/\(entry.name)"
        guard let key = Digest(hex: shard.name + entry.name),
          let status = FileStatus(layout.root + "/" + relative, followLinks: false),
          isOld(status), !options.leased.contains(key), named[key] != .running
        else { continue }
        if named[key] != nil, results[key] == nil { continue }
        try takeWhole(relative, .state)
      }
    }
  }

  /// Collects leftovers of writes that are at least an hour old, however short the grace period.
  ///
  /// A writer modifies its file until it renames it moments later, so no file in use is taken.
  private mutating func sweepIncoming() throws(StoreError) {
    let oldest = min(cutoff, now - 3_600_000_000_000)
    for entry in try Folder.entries(layout.incoming) where entry.isPlain {
      let path = layout.incoming + "/" + entry.name
      guard let status = FileStatus(path, followLinks: false), status.modified < oldest else {
        continue
      }
      try takeWhole("incoming/" + entry.name, .incoming)
    }
  }

  /// Removes the least recently used files first, as writing to the memo does.
  private mutating func sweepMemo() throws(StoreError) {
    guard FileStatus(layout.memo, followLinks: false)?.kind == .folder else { return }
    var files: [(name: String, status: FileStatus)] = []
    for entry in try Folder.entries(layout.memo) where entry.kind == .file && entry.isPlain {
      if let status = FileStatus(layout.memo + "/" + entry.name, followLinks: false) {
        files.append((entry.name, status))
      }
    }
    var total = files.reduce(0) { $0 + $1.status.size }
    for file in files.sorted(by: { $0.status.modified < $1.status.modified })
    where total > options.memo {
      try takeWhole("memo/" + file.name, .memo)
      total -= file.status.size
    }
  }
}
