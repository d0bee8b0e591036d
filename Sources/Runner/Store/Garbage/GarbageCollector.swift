internal import Glibc
public import PipelineDSL

/// Collects what no kept run needs: moves it to the trash, and deletes it later.
///
/// Marks from the roots of every project and from all active runs. Moves results that nothing keeps
/// to the trash, reads the roots again, and puts back results that active runs have come to rely
/// on. Then moves the objects that no remaining result needs, and puts back each that was used
/// again meanwhile. Whatever is younger than the grace period, or than the oldest active run,
/// stays.
public struct GarbageCollector {
  /// The options of a collection.
  public struct Options: Sendable {
    /// The minimum age of what is collected, and the time it stays in the trash, in seconds.
    public var grace: Double
    /// Whether only to report what would be collected.
    public var dryRun = false
    /// The maximum size of all results in bytes; beyond it, results kept only as `latest` are
    /// evicted.
    public var budget: Int?
    /// The maximum size of the memo in bytes.
    public var memo = 8 << 30
    /// The keys with an active lease.
    public var leased: Set<Digest> = []
    /// How long, in seconds, a network file system may hide from this host what another one wrote.
    public var delay = LeaseFolder.patience
    /// The number of threads that read.
    public var threads = 2

    /// Creates options; the default grace period is two weeks.
    public init(grace: Double = 14 * 86_400) { self.grace = grace }
  }

  let layout: StoreLayout
  let cache: ActionCache
  let options: Options
  /// When the collection began, by the clock of the store's disk, in nanoseconds since 1970.
  let now: Int
  /// Files changed at or after this time stay; in nanoseconds since 1970.
  private(set) var cutoff = 0
  var trash: Trash
  var report: GarbageReport
  private(set) var roots: StoreRoots
  private let own: (ProjectRoots, [String: UseList])?
  private let lock: CollectionLock
  /// How long, in seconds, what another host writes may be hidden or seen in part.
  private let delay: Double

  /// Prepares a collection; only one at a time can run on a store.
  ///
  /// What this project keeps is read from its record, if one is given.
  ///
  /// - Throws: `StoreError` if another collection is running, or if what a project keeps cannot be
  ///   read.
  public init(
    _ cache: ActionCache, _ options: Options, records: RunRecords? = nil, keep: Int? = nil
  ) throws(StoreError) {
    (self.cache, layout, self.options) = (cache, cache.layout, options)
    lock = try CollectionLock(layout)
    now = lock.time
    delay = FileSystem.networkName(of: layout.root) == nil ? 0 : min(options.delay, 3600)
    trash = Trash(layout, now: now)
    report = GarbageReport(dryRun: options.dryRun)
    if let records, !options.dryRun {
      try ProjectRoots.refresh(records, in: layout, keep: keep)
      own = nil
    } else if let records {
      // A dry run writes no files, so their content is held here.
      let project = try ProjectRoots.current(records, in: layout, keep: keep)
      var lists: [String: UseList] = [:]
      for run in project.runs.map(\.run) {
        lists[run] = try ProjectRoots.uses(of: run, by: project, records, in: layout)
      }
      own = (project, lists)
    } else {
      own = nil
    }
    roots = try StoreRoots(layout, now: now, grace: options.grace, delay: delay, own: own)
  }

  /// Runs the collection; `cost` returns the seconds that computing a result took, if known.
  public mutating func collect(
    cost: (Digest) -> Double? = { _ in nil }
  ) throws(StoreError) -> GarbageReport {
    cutoff = min(now - Int(options.grace * 1e9), roots.oldestStart ?? .max)
    report.projects = roots.projects
    for project in roots.projects where project.isGone {
      report.notes.append(
        "the project of \(project.record) no longer exists on this host and still keeps "
          + "\(project.runs.count) runs; 'assay gc --forget \(project.id)' forgets it")
    }
    let isNamed = roots.keys
    if !options.dryRun { try bringBackNamed(isNamed) }
    var (remaining, doomed) = try sortKeys(isNamed)
    let evicted = try evict(from: &remaining, isNamed, cost)
    let moved = try move(doomed, .results) + move(evicted, .budget)
    try readRootsAgain()
    try putBack(moved, remaining: &remaining, before: isNamed)
    for (_, group) in remaining { report.keptResults[group, default: 0] += 1 }
    let needed = try reach(remaining)
    for artifact in needed.lost.keys.sorted() {
      report.notes.append(
        "artifact \(artifact.short) cannot be used: its manifest is missing")
    }
    try sweepObjects(needed)
    try sweepRest(results: remaining)
    report.deleted = try Trash.delete(
      layout, until: now - Int(options.grace * 1e9), dryRun: options.dryRun)
    // Without a grace period, what was just moved is deleted as well.
    if options.dryRun, options.grace == 0 { report.deleted.add(report.total) }
    report.trash = try Trash.amount(layout)
    return report
  }

  // MARK: Keys

  /// The file of a result.
  struct KeyFile {
    let key: Digest
    let size: Int
  }

  /// Divides the results into those that stay, by reason, and those to collect.
  private mutating func sortKeys(
    _ named: [Digest: KeepReason.Group]
  ) throws(StoreError) -> ([Digest: KeepReason.Group], [KeyFile]) {
    var remaining: [Digest: KeepReason.Group] = [:]
    var doomed: [KeyFile] = []
    try Self.forEachFile(in: layout.keys, suffix: ".json") { key, path throws(StoreError) in
      if let group = named[key] {
        remaining[key] = group
      } else if options.leased.contains(key) {
        remaining[key] = .running
      } else if let status = FileStatus(path, followLinks: false) {
        if max(status.modified, status.changed) < cutoff {
          doomed.append(KeyFile(key: key, size: status.size))
        } else {
          remaining[key] = .young
        }
      }
    }
    return (remaining, doomed)
  }

  /// Moves results to the trash; returns those that were moved.
  private mutating func move(
    _ files: [KeyFile], _ cause: GarbageReport.Cause
  ) throws(StoreError) -> [(KeyFile, GarbageReport.Cause)] {
    guard !options.dryRun else {
      for file in files { report.collect(cause, size: file.size) }
      return []
    }
    var moved: [(KeyFile, GarbageReport.Cause)] = []
    for file in files {
      if try trash.take(layout.relative(key: file.key)) { moved.append((file, cause)) }
    }
    return moved
  }

  /// Reads what runs rely on again, after the results were moved.
  ///
  /// A run announces a key before it looks it up: either the key is announced by now, or it was not
  /// found. Another host's announcement is seen when the caches of the file system have expired.
  private mutating func readRootsAgain() throws(StoreError) {
    guard !options.dryRun else { return }
    if delay > 0 { usleep(useconds_t(delay * 1e6)) }
    roots = try StoreRoots(layout, now: now, grace: options.grace, delay: delay, own: own)
    cutoff = min(cutoff, roots.oldestStart ?? .max)
  }

  /// Puts back results that runs came to rely on meanwhile.
  private mutating func putBack(
    _ moved: [(KeyFile, GarbageReport.Cause)], remaining: inout [Digest: KeepReason.Group],
    before: [Digest: KeepReason.Group]
  ) throws(StoreError) {
    let named = roots.keys
    for (file, cause) in moved {
      if let group = named[file.key], before[file.key] == nil || group != .latest {
        try Trash.putBack(layout.relative(key: file.key), of: trash.batch, in: layout)
        remaining[file.key] = group
      } else {
        report.collect(cause, size: file.size)
      }
    }
  }

  /// Restores results that an earlier collection took and that a reason stronger than `latest`
  /// keeps.
  private mutating func bringBackNamed(
    _ named: [Digest: KeepReason.Group]
  ) throws(StoreError) {
    let batches = try Trash.batches(layout)
    guard !batches.isEmpty else { return }
    for (key, group) in named where group.rawValue < KeepReason.Group.latest.rawValue {
      guard FileStatus(layout.file(for: key), followLinks: false) == nil else { continue }
      try bringBack(layout.relative(key: key), from: batches)
    }
  }

  private mutating func bringBack(
    _ relative: String, from batches: [Trash.Batch]
  ) throws(StoreError) {
    for batch in batches {
      let path = batch.path + "/" + relative
      guard let status = FileStatus(path, followLinks: false) else { continue }
      if try Trash.putBack(relative, of: batch, in: layout) { report.returned.add(status.size) }
      return
    }
  }

  // MARK: Objects

  /// The objects that results need, those with the strongest reasons first; restores lost
  /// manifests.
  private mutating func reach(
    _ remaining: [Digest: KeepReason.Group]
  ) throws(StoreError) -> Reachability {
    var reach = Reachability(cache, threads: options.threads)
    for group in KeepReason.Group.allCases {
      for holder in roots.holders where holder.reason.group == group {
        reach.add(objects: holder.uses.objects, for: group)
        try reach.add(artifacts: Array(holder.uses.artifacts), for: group)
      }
      try reach.add(keys: remaining.filter { $0.value == group }.keys.sorted(), for: group)
    }
    guard !options.dryRun, !reach.lost.isEmpty else { return reach }
    let batches = try Trash.batches(layout)
    for artifact in reach.lost.keys.sorted() {
      try bringBack(layout.relative(object: artifact), from: batches)
      try reach.retry(artifact)
    }
    return reach
  }

  private mutating func sweepObjects(_ needed: Reachability) throws(StoreError) {
    var missing = needed.objects
    try Self.forEachFile(in: layout.objects, suffix: "") { digest, path throws(StoreError) in
      guard let status = FileStatus(path, followLinks: false), status.kind == .file else { return }
      if let need = needed.objects[digest] {
        missing[digest] = nil
        report.kept[need.reason, default: Amount()].add(status.size)
      } else if max(status.modified, status.changed) >= cutoff {
        report.kept[.young, default: Amount()].add(status.size)
      } else {
        try sweep(digest, status)
      }
    }
    guard !options.dryRun, !missing.isEmpty else { return }
    let batches = try Trash.batches(layout)
    guard !batches.isEmpty else { return }
    for digest in missing.keys { try bringBack(layout.relative(object: digest), from: batches) }
  }

  private mutating func sweep(_ digest: Digest, _ before: FileStatus) throws(StoreError) {
    let relative = layout.relative(object: digest)
    guard !options.dryRun else { return report.collect(.objects, size: before.size) }
    // Storing the same content again sets the file's times; then the object is needed after all.
    let path = layout.root + "/" + relative
    let accessed = FileStatus.accessed(path)
    guard FileStatus(path, followLinks: false)?.changed == before.changed else {
      return report.kept[.young, default: Amount()].add(before.size)
    }
    guard try trash.take(relative) else { return }
    if FileStatus.accessed(trash.batch.path + "/" + relative) == accessed {
      report.collect(.objects, size: before.size)
    } else {
      try Trash.putBack(relative, of: trash.batch, in: layout)
      report.kept[.young, default: Amount()].add(before.size)
    }
  }

  // MARK: Helpers

  /// Calls a closure for each file of a folder that is divided by the first digits of digests.
  static func forEachFile(
    in folder: String, suffix: String, _ body: (Digest, String) throws(StoreError) -> Void
  ) throws(StoreError) {
    for shard in try Folder.entries(folder) where shard.kind == .folder {
      for entry in try Folder.entries(folder + "/" + shard.name) where entry.kind == .file {
        guard entry.name.hasSuffix(suffix),
          let digest = Digest(hex: shard.name + entry.name.dropLast(suffix.count))
        else { continue }
        try body(digest, "\(folder)/\(shard.name)/\(entry.name)")
      }
    }
  }
}

extension StoreLayout {
  /// The path of a result's file, relative to the store's folder.
  func relative(key: Digest) -> String { "keys/" + Self.split(key.hex) + ".json" }

  /// The path of an object's file, relative to the store's folder.
  func relative(object: Digest) -> String { "objects/" + Self.split(object.hex) }
}
