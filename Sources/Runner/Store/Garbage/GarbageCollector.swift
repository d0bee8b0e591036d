internal import Glibc
public import PipelineDSL

/// Takes from a store what nothing that is kept needs: first to the trash, and from there for good.
///
/// Marks from the roots of every project and from all runs that go on; moves results without a reason,
/// looks at the runs that go on once more and puts back what they came to rely on; then moves the
/// objects that no remaining result needs, and puts back each that was asked for again meanwhile. What
/// is younger than the grace, or than the oldest run that goes on, stays.
public struct GarbageCollector {
  /// What a collection is asked to do.
  public struct Options: Sendable {
    /// How old something must be to be collected, and how long it stays in the trash, in seconds.
    public var grace: Double
    /// Whether to count only.
    public var dryRun = false
    /// Bytes that results may take; what is kept only as one of the last runs goes beyond that.
    public var budget: Int?
    /// Bytes that the memo may take.
    public var memo = 8 << 30
    /// Keys that somebody holds a lease on.
    public var leased: Set<Digest> = []
    /// How many threads may read.
    public var threads = 2

    /// The usual: two weeks.
    public init(grace: Double = 14 * 86_400) { self.grace = grace }
  }

  let layout: StoreLayout
  let cache: ActionCache
  let options: Options
  /// When the collection began by the clock of the store's disk, in nanoseconds since 1970.
  let now: Int
  /// What is younger stays.
  private(set) var cutoff = 0
  var trash: Trash
  var report: GarbageReport
  private(set) var roots: StoreRoots
  private let own: (ProjectRoots, [String: UseList])?
  private let lock: CollectionLock

  /// Prepares a collection: one at a time works on a store.
  ///
  /// What this project keeps is read from its record, if one is given.
  ///
  /// - Throws: another collection at work; what a project keeps that cannot be read.
  public init(
    _ cache: ActionCache, _ options: Options, records: RunRecords? = nil, keep: Int? = nil
  ) throws(StoreError) {
    (self.cache, layout, self.options) = (cache, cache.layout, options)
    lock = try CollectionLock(layout)
    now = lock.time
    trash = Trash(layout, now: now)
    report = GarbageReport(dryRun: options.dryRun)
    if let records, !options.dryRun {
      try ProjectRoots.refresh(records, in: layout, keep: keep)
      own = nil
    } else if let records {
      // Nothing is written, so what the files would say is held here.
      let project = try ProjectRoots.current(records, in: layout, keep: keep)
      var lists: [String: UseList] = [:]
      for run in project.runs.map(\.run) {
        lists[run] = try ProjectRoots.uses(of: run, by: project, records, in: layout)
      }
      own = (project, lists)
    } else {
      own = nil
    }
    roots = try StoreRoots(layout, now: now, grace: options.grace, own: own)
  }

  /// Collects; `cost` gives the seconds that computing a result took, where they are known.
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
    try move(doomed, .results, remaining: &remaining, before: isNamed)
    try move(evicted, .budget, remaining: &remaining, before: isNamed)
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
    // Without a grace what has just moved is deleted as well.
    if options.dryRun, options.grace == 0 { report.deleted.add(report.total) }
    report.trash = try Trash.amount(layout)
    return report
  }

  // MARK: Keys

  /// A result's file.
  struct KeyFile {
    let key: Digest
    let size: Int
  }

  /// Tells the results that stay, by reason, from those that go.
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

  /// Moves results, then puts back those that runs came to rely on while they were moved.
  private mutating func move(
    _ files: [KeyFile], _ cause: GarbageReport.Cause,
    remaining: inout [Digest: KeepReason.Group], before: [Digest: KeepReason.Group]
  ) throws(StoreError) {
    guard !files.isEmpty else { return }
    guard !options.dryRun else {
      for file in files { report.collect(cause, size: file.size) }
      return
    }
    var moved: [KeyFile] = []
    for file in files {
      if try trash.take(layout.relative(key: file.key)) { moved.append(file) }
    }
    // A run names a key before it looks for it: either it is named by now, or was not found.
    let later = try StoreRoots(layout, now: now, grace: options.grace, own: own)
    let named = later.keys
    for file in moved {
      if let group = named[file.key], before[file.key] == nil || group != .latest {
        try Trash.putBack(layout.relative(key: file.key), of: trash.batch, in: layout)
        remaining[file.key] = group
      } else {
        report.collect(cause, size: file.size)
      }
    }
    roots = later
  }

  /// Results that a strong reason names and that an earlier collection took come back.
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

  /// The objects that results need, those with the strongest reasons first.
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
    // Somebody who stores the same content again sets its times; then it is needed after all.
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

  /// Calls a closure with every file that is divided into folders by its first digits.
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
  /// A result's file below the store's folder.
  func relative(key: Digest) -> String { "keys/" + Self.split(key.hex) + ".json" }

  /// An object's file below the store's folder.
  func relative(object: Digest) -> String { "objects/" + Self.split(object.hex) }
}
