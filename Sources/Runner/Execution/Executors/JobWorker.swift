internal import Foundation
public import PipelineDSL
internal import Store

/// The worker of a cluster job: computes the jobs of one task of a batch, one after another, each in
/// a worker process, and writes how they ended into the batch.
///
/// It stays beside the process that computes, so that a crash, too much memory or a bad codec leaves
/// a result that says so. It never opens the record and publishes no key.
public struct JobWorker: ~Copyable {
  /// Seconds between two reports of progress: a shared disk must not be busy with them.
  private static let reportInterval = 5.0
  /// How often a result is written again on a disk that is full, and the seconds between.
  private static let (writes, writePause) = (20, 3.0)

  private let batch: BatchFolder
  private let catalogue: Catalogue
  private let environment: [String: String]
  private var pool: WorkerPool
  private let stop: StopSignal
  private let job: String
  private let restart: Int
  private let node: String
  /// Whether it was asked to stop.
  private var isStopped = false

  /// A worker for a batch; its task and the name of its job are in the environment.
  public init(
    batch: String, executable: String, environment: [String: String], catalogue: Catalogue
  ) throws(RunError) {
    self.batch = BatchFolder(path: batch)
    (self.catalogue, self.environment) = (catalogue, environment)
    pool = WorkerPool(executable: executable, environment: environment)
    stop = try StopSignal([SIGTERM, SIGINT, SIGHUP, SIGUSR1])
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    job = value("ASSAY_JOB") ?? String(getpid())
    restart = value("ASSAY_RESTART").flatMap { Int($0) } ?? 0
    node = value("ASSAY_NODE") ?? ProcessInfo.processInfo.hostName
  }

  /// Computes the jobs of the task; returns the exit code.
  public mutating func run() throws(RunError) -> Int32 {
    let task = environment["ASSAY_TASK"].flatMap { Int($0) } ?? 0
    let tasks = BatchTasks(batch.read(BatchTasks.name) ?? [])
    guard tasks.keys.indices.contains(task) else {
      throw .refused("\(batch.path): the batch has no task \(task)")
    }
    defer { _ = pool.endAll(grace: 0) }
    for key in tasks.keys[task] {
      // Another copy of this job, from before a restart, may have finished it.
      if restart > 0, try hasResult(key) { continue }
      try compute(key)
      if isStopped { return 128 + SIGTERM }
    }
    return 0
  }

  private func hasResult(_ key: Digest) throws(RunError) -> Bool {
    do throws(StoreError) {
      for name in try batch.names() {
        guard let (attempt, mark) = AttemptName.parse(name), attempt.key == key, mark == .result,
          let result = batch.read(name).flatMap({ JobResult($0) })
        else { continue }
        if case .reply(.done) = result.ending { return true }
      }
      return false
    } catch { throw .store(error) }
  }

  private mutating func compute(_ key: Digest) throws(RunError) {
    guard let file = batch.read(JobFile.name(key)).flatMap({ JobFile($0) }) else {
      throw .refused("\(batch.path): the job of \(key.short) cannot be read")
    }
    let name = AttemptName(key: key, job: job, restart: restart)
    let own = file.job.with(attempt: "\(file.job.attempt).\(job).\(restart)")
    let started = Date().timeIntervalSince1970
    let begun = JSONCanonicalForm.bytes(
      of: ["node": .string(node), "at": .number(started), "attempt": .string(own.attempt)])
    persist(begun, as: name.file(.started))
    let ending: JobResult.Ending
    if let difference = difference(of: file) {
      ending = .reply(.failed(reason: difference, hint: nil, usage: WorkerUsage()))
    } else {
      guard let found = try serve(own, name) else { return }
      ending = found
    }
    let result = JobResult(
      ending, node: node, started: started, seconds: Date().timeIntervalSince1970 - started,
      attempt: own.attempt)
    persist(result.bytes, as: name.file(.result))
  }

  /// What differs between the libraries of this node and those in the key.
  private func difference(of file: JobFile) -> String? {
    let found = catalogue[file.job.kind]?.libraries() ?? [:]
    for (library, version) in file.libraries.sorted(by: { $0.key < $1.key })
    where found[library] != version {
      return "the node \(node) has \(library) \(found[library] ?? "nowhere"), and the key was "
        + "computed with \(version): its result could differ"
    }
    return nil
  }

  /// Serves a job to its end; returns `nil` if this process was asked to stop.
  private mutating func serve(
    _ own: WorkerJob, _ name: AttemptName
  ) throws(RunError) -> JobResult.Ending? {
    do {
      try FileManager.default.createDirectory(
        atPath: own.attempt, withIntermediateDirectories: true)
    } catch {
      throw .store(StoreError(path: own.attempt, "cannot be created: \(systemReason(of: error))"))
    }
    try pool.start(own, for: 0)
    var reported = -Self.reportInterval
    while true {
      let (cells, signalled) = pool.wait(also: stop.reading, milliseconds: 1000)
      if signalled, attend(to: stop.takeAll(), name) { return nil }
      guard !cells.isEmpty else { continue }
      let (replies, closed) = pool.receive(for: 0)
      for reply in replies {
        switch reply {
        case .metrics: continue
        case .progress:
          let now = ProcessInfo.processInfo.systemUptime
          guard now - reported >= Self.reportInterval else { continue }
          reported = now
          // Progress is a help: a disk that refuses it costs nothing else.
          try? batch.write(JSONCanonicalForm.bytes(of: reply.json), as: name.file(.progress))
        case .done, .failed:
          pool.release(0)
          return .reply(reply)
        }
      }
      guard closed else { continue }
      let end = pool.reap(0) ?? .exited(-1)
      // Who stops a job signals all its processes: then this one is about to hear of it.
      if case .signalled = end {
        usleep(300_000)
        if attend(to: stop.takeAll(), name) { return nil }
      }
      return .ended(end)
    }
  }

  /// Acts on signals; returns whether this process has to stop.
  private mutating func attend(to signals: [Int32], _ name: AttemptName) -> Bool {
    if signals.contains(SIGUSR1) { persist([], as: name.file(.limit)) }
    guard signals.contains(where: { $0 != SIGUSR1 }) else { return false }
    persist([], as: name.file(.stopped))
    _ = pool.endAll(grace: 1)
    isStopped = true
    return true
  }

  /// Writes a file; waits for a disk that is full or away.
  private func persist(_ bytes: [UInt8], as name: String) {
    for write in 1...Self.writes {
      do throws(StoreError) {
        try batch.write(bytes, as: name)
        return
      } catch {
        FileHandle.standardError.write(Data("assay: \(error)\n".utf8))
        guard batch.exists, write < Self.writes else { return }
        usleep(UInt32(Self.writePause * 1e6))
      }
    }
  }
}
