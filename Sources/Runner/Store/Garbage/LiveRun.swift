internal import Glibc
public import PipelineDSL
internal import Synchronization

/// A run that goes on, as all who collect garbage in its store see it.
///
/// A file `roots/live/<run>`, held by a kernel lock for as long as the process lives, names every key
/// that the run relies on, before it relies on it. It also says when the run began by the clock of the
/// store's disk: whatever was stored or asked for again since then is left alone. On another host,
/// where the lock cannot be seen, the file's time is the sign of life.
public final class LiveRun: Sendable {
  private struct State {
    var kept: Set<Digest> = []
    /// Lines that could not be written yet, on a full disk.
    var pending: [UInt8] = []
    var lastBeat = 0
  }

  /// How often a sign of life is given, in seconds.
  static let beatInterval = 60
  /// How long a run on another host counts as going on without one, in seconds.
  static let patience = 3600

  /// The run's id.
  public let run: String
  let layout: StoreLayout
  let path: String
  private let file: OpenFile
  /// A network disk shows other hosts what was written once it was flushed.
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
      // Where locks are not kept, the file's time has to do.
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

  /// A run that asked for nothing leaves nothing; what one that was cut short used is kept.
  deinit { if state.withLock({ $0.kept.isEmpty }) { unlink(path) } }

  /// Keeps a key's result; to be called before it is looked for or published.
  func keep(_ key: Digest) {
    state.withLock { state in
      guard state.kept.insert(key).inserted else { return }
      write(UseList.line(key), &state)
    }
  }

  /// Takes note of what computing a key's result took.
  public func note(_ key: Digest, seconds: Double) {
    state.withLock { state in
      state.kept.insert(key)
      write(UseList.line(key, seconds: (seconds * 1000).rounded() / 1000), &state)
    }
  }

  /// Gives a sign of life, if it is time for one.
  public func beat() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    state.withLock { state in
      guard now.tv_sec - state.lastBeat >= Self.beatInterval else { return }
      state.lastBeat = now.tv_sec
      file.touch()
    }
  }

  /// A full disk, which is when garbage is collected, must not end a run: its lines wait.
  private func write(_ line: String, _ state: inout State) {
    state.pending += line.utf8
    guard let written = file.append(state.pending) else { return }
    state.pending.removeFirst(written)
    if flushes { try? file.flush() }
  }

  /// Ends the announcement: what the run used is kept as one of its project's runs from now on.
  public func end(_ records: RunRecords) throws(StoreError) {
    try ProjectRoots.refresh(records, in: layout, ending: self)
  }
}
