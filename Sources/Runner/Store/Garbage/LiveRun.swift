internal import Glibc
public import PipelineDSL
internal import Synchronization

/// An active run, as announced to garbage collections in its store.
///
/// The file `roots/live/<run>`, locked by the kernel for as long as the process lives, lists every
/// key that the run relies on, before it relies on it. It also contains when the run began, by the
/// clock of the store's disk: whatever was stored or used again since then is left alone. On
/// another host, where the lock cannot be seen, the file's modification time serves as the
/// heartbeat.
public final class LiveRun: Sendable {
  private struct State {
    var kept: Set<Digest> = []
    /// Lines that could not be written yet because the disk was full.
    var pending: [UInt8] = []
    var lastBeat = 0
  }

  /// The interval between heartbeats, in seconds.
  static let beatInterval = 60
  /// How long a run on another host counts as active without a heartbeat, in seconds.
  static let patience = 3600

  /// The run's id.
  public let run: String
  let layout: StoreLayout
  let path: String
  private let file: OpenFile
  /// Whether writes are flushed: a network file system shows them to other hosts only then.
  private let flushes: Bool
  private let state = Mutex(State())

  /// Announces a run; `record` is the path of its project's record.
  public init(_ run: String, record: String, in layout: StoreLayout) throws(StoreError) {
    try layout.createRoots()
    (self.run, self.layout) = (run, layout)
    path = layout.liveRuns + "/" + run
    flushes = FileSystem.networkName(of: layout.root) != nil
    let partial = layout.newIncoming()
    do throws(StoreError) {
      file = try OpenFile(creating: partial)
      // Where locks are not supported, the file's modification time must suffice.
      _ = file.lock()
      var list = UseList()
      list.header = [
        "host": ThisHost.name, "boot": ThisHost.boot,
        "project": ProjectRoots.id(host: ThisHost.name, record: ProjectRoots.fullPath(record)),
        "started": String(try file.status().modified),
      ]
      try file.write(list.bytes)
      if flushes { try file.flush() }
      guard rename(partial, path) == 0 else {
        throw StoreError(path: path, "cannot be put in place", code: errno)
      }
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Removes the announcement of a run that used nothing; what a run that was cut short used is
  /// kept.
  deinit { if state.withLock({ $0.kept.isEmpty }) { unlink(path) } }

  /// Keeps the result of a key; must be called before it is looked up or published.
  func keep(_ key: Digest) {
    state.withLock { state in
      guard state.kept.insert(key).inserted else { return }
      write(UseList.line(key), &state)
    }
  }

  /// Records how long computing the result of a key took.
  public func note(_ key: Digest, seconds: Double) {
    state.withLock { state in
      state.kept.insert(key)
      write(UseList.line(key, seconds: (seconds * 1000).rounded() / 1000), &state)
    }
  }

  /// Updates the heartbeat if it is due.
  public func beat() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    state.withLock { state in
      guard now.tv_sec - state.lastBeat >= Self.beatInterval else { return }
      state.lastBeat = now.tv_sec
      file.touch()
    }
  }

  /// Appends a line, or keeps it for later on a full disk, which must not end a run.
  private func write(_ line: String, _ state: inout State) {
    state.pending += line.utf8
    guard let written = file.append(state.pending) else { return }
    state.pending.removeFirst(written)
    if flushes { try? file.flush() }
  }

  /// Ends the announcement: from now on the project keeps what the run used.
  public func end(_ records: RunRecords) throws(StoreError) {
    try ProjectRoots.refresh(records, in: layout, ending: self)
  }
}
