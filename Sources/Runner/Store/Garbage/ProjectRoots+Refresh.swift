internal import Glibc
internal import PipelineDSL

extension ProjectRoots {
  /// What a project keeps according to its record; nothing is written.
  public static func current(
    _ records: RunRecords, in layout: StoreLayout, keep: Int? = nil
  ) throws(StoreError) -> ProjectRoots {
    let (host, record) = (ThisHost.name, fullPath(records.path))
    let file = "\(layout.roots)/\(id(host: host, record: record))/project.json"
    // A damaged file is replaced, with the default number of runs.
    let keep = keep ?? (try? ProjectRoots(reading: file))?.keep ?? defaultKeep
    return ProjectRoots(
      host: host, record: record, keep: keep, runs: try records.keptRuns(latest: keep))
  }

  /// Rewrites what a project keeps in a store; a given `keep` stays in force.
  ///
  /// The project's file names a run before the list of an ending run is moved, and a list is
  /// removed only once the project's file does not name its run, so that a concurrent reader finds
  /// every list.
  @discardableResult
  public static func refresh(
    _ records: RunRecords, in layout: StoreLayout, keep: Int? = nil, ending: LiveRun? = nil
  ) throws(StoreError) -> ProjectRoots {
    try layout.createRoots()
    let folder = "\(layout.roots)/\(id(host: ThisHost.name, record: fullPath(records.path)))"
    try StoreLayout.refuseLink(folder)
    try Folder.create(folder)
    // Of two runs that end at once, the one that read the record first must not write last.
    let lock = try OpenFile(appending: folder + "/lock")
    lock.waitForLock()
    let roots = try current(records, in: layout, keep: keep)
    let listed = Set(try Folder.entries(folder).map(\.name))
    var dead: [String] = []
    for run in roots.runs.map(\.run) where !listed.contains(run + ".keys") && run != ending?.run {
      let live = layout.liveRuns + "/" + run
      if FileStatus(live, followLinks: false) == nil {
        try layout.replace(
          "\(folder)/\(run).keys", with: try records.uses(of: run).bytes, durably: true)
      } else if LiveFile.isUnlocked(live) {
        dead.append(run)
      }
    }
    // Nothing is lost if the name of a run that has just begun does not survive a power failure.
    try layout.replace(folder + "/project.json", with: roots.bytes, durably: ending != nil)
    for run in dead {
      let live = layout.liveRuns + "/" + run
      var list = try records.uses(of: run)
      // Another process of the project may have done this a moment ago.
      guard let bytes = try? OpenFile(reading: live, followLinks: false).readAll() else { continue }
      list.add(try UseList(parsing: bytes, path: live))
      try layout.replace("\(folder)/\(run).keys", with: list.bytes, durably: true)
      unlink(live)
    }
    if let ending { try move(ending, to: "\(folder)/\(ending.run).keys", records) }
    let kept = Set(roots.runs.map { $0.run + ".keys" } + ["project.json", "lock"])
    for name in listed.subtracting(kept) { unlink(folder + "/" + name) }
    // The lock is held until here.
    _ = lock.path
    return roots
  }

  private static func move(
    _ live: LiveRun, to path: String, _ records: RunRecords
  ) throws(StoreError) {
    let beside = try records.usesBesideKeys(of: live.run)
    if !beside.objects.isEmpty || !beside.artifacts.isEmpty {
      try OpenFile(appending: live.path).write(beside.bytes)
    }
    guard rename(live.path, path) == 0 else {
      throw StoreError(path: path, "cannot be put in place", code: errno)
    }
  }

  /// What a kept run uses, from the list in the store or, if there is none, from the record.
  static func uses(
    of run: String, by roots: ProjectRoots, _ records: RunRecords, in layout: StoreLayout
  ) throws(StoreError) -> UseList {
    for path in ["\(layout.roots)/\(roots.id)/\(run).keys", "\(layout.liveRuns)/\(run)"]
    where FileStatus(path, followLinks: false) != nil {
      return try UseList(
        parsing: try OpenFile(reading: path, followLinks: false).readAll(), path: path)
    }
    return try records.uses(of: run)
  }
}
