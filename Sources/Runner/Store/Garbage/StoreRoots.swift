internal import Glibc
internal import PipelineDSL

/// Everything that is kept in a store, and by whom, read from the store's files alone.
struct StoreRoots: Sendable {
  /// A kept run.
  struct Holder: Sendable {
    /// The full path of the project's record, or of the announcement of an active run.
    let record: String
    let host: String
    let run: String
    let pipeline: String
    let reason: KeepReason
    let uses: UseList
  }

  /// The kept runs, strongest reason first.
  private(set) var holders: [Holder] = []
  /// The projects, in the order of their folder names.
  private(set) var projects: [ProjectRoots] = []
  /// When the oldest active run began, in nanoseconds since 1970.
  private(set) var oldestStart: Int?
  /// Announcements of ended runs that nothing keeps any more.
  private(set) var deadFiles: [LiveFile] = []
  /// The ids of active runs, whose scratch folders may still be written to.
  private(set) var liveRuns: Set<String> = []

  /// Reads what is kept.
  ///
  /// Active runs are read before the projects, so that a run that ends meanwhile is found in its
  /// project. `own` stands in for the files of this project. `delay` is how long, in seconds, what
  /// another host writes may be seen in part; `pause` waits before what is seen in part is read again.
  init(
    _ layout: StoreLayout, now: Int, grace: Double, delay: Double = 0,
    own: (ProjectRoots, [String: UseList])? = nil, pause: () -> Void = { usleep(20_000) }
  ) throws(StoreError) {
    let live = try Self.liveFiles(layout, now: now, grace: grace)
    let byRun = Dictionary(live.map { ($0.run, $0) }) { first, _ in first }
    var named: Set<String> = []
    var ids = try Self.names(in: layout.roots, of: .folder).filter { $0 != "live" }
    if let own, !ids.contains(own.0.id) { ids.append(own.0.id) }
    for id in ids {
      // A folder that was just created, or whose creator died just then, keeps nothing yet.
      let isEmpty = try Self.isEmpty(layout.roots + "/" + id)
      if isEmpty, id != own?.0.id { continue }
      let (project, lists) =
        if let own, own.0.id == id {
          own
        } else {
          try Self.settled(delay, pause) { () throws(StoreError) in
            try Self.project(id, in: layout, live: byRun)
          }
        }
      projects.append(project)
      named.formUnion(project.runs.map(\.run))
      for run in project.runs {
        for reason in run.reasons.prefix(1) {
          holders.append(
            Holder(
              record: project.record, host: project.host, run: run.run, pipeline: run.pipeline,
              reason: reason, uses: lists[run.run] ?? UseList()))
        }
      }
    }
    for file in live {
      let age = Double(now - file.lastSign) * 1e-9
      guard file.isLive || age < grace else {
        // An announcement whose run the project still names is that run's list.
        if !named.contains(file.run) { deadFiles.append(file) }
        continue
      }
      if file.isLive {
        oldestStart = min(oldestStart ?? .max, file.started)
        liveRuns.insert(file.run)
      }
      holders.append(
        Holder(
          record: file.path, host: file.uses.header["host"] ?? "", run: file.run, pipeline: "",
          reason: .running, uses: file.uses))
    }
    holders.sort {
      ($0.reason.group.rawValue, $0.record, $0.run) < ($1.reason.group.rawValue, $1.record, $1.run)
    }
  }

  /// The strongest reason to keep each key.
  var keys: [Digest: KeepReason.Group] {
    var keys: [Digest: KeepReason.Group] = [:]
    for holder in holders {
      for key in holder.uses.keys where keys[key] == nil { keys[key] = holder.reason.group }
    }
    return keys
  }

  private static func names(
    in folder: String, of kind: FileStatus.Kind
  ) throws(StoreError) -> [String] {
    guard FileStatus(folder, followLinks: false) != nil else { return [] }
    return try Folder.entries(folder).filter { $0.kind == kind && $0.isPlain }.map(\.name)
  }

  private static func isEmpty(_ folder: String) throws(StoreError) -> Bool {
    try names(in: folder, of: .file).allSatisfy { $0 == "lock" }
  }

  private static func liveFiles(
    _ layout: StoreLayout, now: Int, grace: Double
  ) throws(StoreError) -> [LiveFile] {
    var files: [LiveFile] = []
    for run in try names(in: layout.liveRuns, of: .file) {
      if let file = try LiveFile("\(layout.liveRuns)/\(run)", run: run, now: now, grace: grace) {
        files.append(file)
      }
    }
    return files
  }

  /// Reads until it succeeds, for `delay` seconds or 60 ms, whichever is longer.
  ///
  /// A project may be replacing its files at this moment. A network file system may for a while show
  /// the new content of a file cut off at the old size, or hide a file.
  private static func settled<Result>(
    _ delay: Double, _ pause: () -> Void, _ read: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let end = ContinuousClock.now + .seconds(max(delay, 0.06))
    while true {
      do throws(StoreError) {
        return try read()
      } catch {
        guard ContinuousClock.now < end else { throw error }
      }
      pause()
    }
  }

  /// A project's file and lists.
  private static func project(
    _ id: String, in layout: StoreLayout, live: [String: LiveFile]
  ) throws(StoreError) -> (ProjectRoots, [String: UseList]) {
    let folder = layout.roots + "/" + id
    let project = try ProjectRoots(reading: folder + "/project.json")
    var lists: [String: UseList] = [:]
    for run in project.runs.map(\.run) {
      let path = "\(folder)/\(run).keys"
      if let bytes = try? OpenFile(reading: path, followLinks: false).readAll() {
        lists[run] = try UseList(parsing: bytes, path: path)
      } else if let file = live[run] {
        lists[run] = file.uses
      } else if let bytes = try? OpenFile(
        reading: "\(layout.liveRuns)/\(run)", followLinks: false
      ).readAll() {
        // The run began after the announcements were read.
        lists[run] = try UseList(parsing: bytes, path: "\(layout.liveRuns)/\(run)")
      } else {
        throw StoreError(
          path: path,
          "the list of what run \(run) uses is missing; "
            + "'assay gc' in the project (\(project.record) on \(project.host)) writes it again, and "
            + "'assay gc --forget \(id)' forgets the project", damaged: true)
      }
    }
    return (project, lists)
  }
}
