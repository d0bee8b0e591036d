internal import Foundation
internal import PipelineDSL
internal import Store

/// Computes cells as jobs of the Slurm workload manager.
///
/// Cells that are ready together are written into a batch, a folder of the store, and submitted as
/// one job array. The files that workers write there are the truth about results. What `squeue`
/// says is a hint that tells when to stop waiting for a file: a controller may be busy, be down, or
/// have forgotten a job. Nothing here waits for a program of Slurm.
struct SlurmExecutor: Executor {
  /// A cell whose job was taken.
  struct Remote {
    let job: WorkerJob
    let key: Digest
    let stage: String
    let processors: Int
    let time: Int?
    let gres: String?
    var memory: Int?
    /// The batches that computed its key, latest last; empty until it is submitted.
    var batches: [String] = []
    /// Whether it waits for the next batch.
    var isWaiting = true
    /// How the files of the key's state looked when it was submitted.
    var state = ""
    var losses = 0
    var memoryRetries = 0
    var continuations = 0
    /// How often in a row the queue did not have it, or had it as ended, without a result.
    var missed = 0
    /// The result that was found, until the job runner asks for it.
    var replies: [WorkerReply] = []
    var end: ProcessEnd?
    /// The progress that was last reported.
    var progress: [UInt8] = []
    var place: JobPlace?
    var isOver: Bool { !replies.isEmpty && place != nil || end != nil }
  }

  /// A batch, as far as this process is interested in it.
  struct Batch {
    let folder: BatchFolder
    let stage: String
    let run: String
    let tasks: BatchTasks
    /// Its keys that were not evaluated yet.
    var open: Set<Digest>
    /// The number of the job array, once it is known.
    var array: String?
    /// When it was submitted, in seconds since 1970.
    var submitted: Double
    /// The `sbatch` that runs.
    var submission: ClusterCommand?
    /// How often the queue did not have a batch whose array is not known.
    var unseen = 0
  }

  /// How often a job may be lost before its cell fails.
  static let losses = 3
  /// How often in a row the queue must not have a job, or have it as ended, before a missing result
  /// counts as missing: files of other machines appear late.
  static let patience = 3

  let request: RunRequest
  let catalogue: Catalogue
  let layout: StoreLayout
  let clock: () -> Double
  private let usual: () -> [String: Double]
  /// The usual seconds of cells by name, read when first needed.
  private var usualSeconds: [String: Double]?
  /// The largest number of tasks of an array; read once.
  var arrayLimit: Int?
  var cells: [Int: Remote] = [:]
  var batches: [String: Batch] = [:]
  var batchCount = 0
  var notes: [String] = []
  /// Cells with something to tell.
  var news: Set<Int> = []
  /// The `squeue` that runs, and when it began.
  var query: (command: ClusterCommand, since: Double)?
  var nextLook = 0.0
  /// Seconds until the next look; grows while the controller does not answer.
  var interval: Double
  /// Whether the user was told that the controller does not answer.
  var isSilent = false

  var profile: ExecutionProfile { request.profile }

  init(
    _ request: RunRequest, catalogue: Catalogue, layout: StoreLayout,
    usual: @escaping () -> [String: Double], clock: @escaping () -> Double
  ) {
    (self.request, self.catalogue, self.layout) = (request, catalogue, layout)
    (self.usual, self.clock) = (usual, clock)
    interval = request.profile.poll
  }

  // MARK: Jobs

  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError) {
    let asked = request.pipeline.cells[cell]
    guard let key = job.key else { throw .refused("a job without a key cannot run in a cluster") }
    var remote = Remote(
      job: job, key: key, stage: asked.stage, processors: job.threads,
      time: asked.resources.time ?? profile.time, gres: asked.resources.gres,
      memory: asked.resources.memory ?? profile.memory)
    adopt(&remote)
    cells[cell] = remote
  }

  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool) {
    news.remove(cell)
    guard let remote = cells[cell] else { return ([], true) }
    cells[cell]?.replies = []
    return (remote.replies, remote.end != nil)
  }

  mutating func release(_ cell: Int) {
    news.remove(cell)
    guard let remote = cells.removeValue(forKey: cell) else { return }
    settle(remote)
  }

  mutating func reap(_ cell: Int) -> ProcessEnd? {
    news.remove(cell)
    guard let remote = cells.removeValue(forKey: cell) else { return nil }
    settle(remote)
    return remote.end
  }

  @discardableResult
  mutating func end(_ cell: Int) -> ProcessEnd? {
    news.remove(cell)
    guard let remote = cells.removeValue(forKey: cell) else { return nil }
    cancel([remote])
    settle(remote)
    return nil
  }

  @discardableResult
  mutating func endAll(grace: Double) -> [Int: ProcessEnd] {
    guard !cells.isEmpty else { return [:] }
    finishSubmissions()
    cancel(Array(cells.values))
    for remote in cells.values { settle(remote) }
    (cells, news) = ([:], [])
    return [:]
  }

  /// Forgets a job that was evaluated; removes its batch with the last one.
  private mutating func settle(_ remote: Remote) {
    guard let latest = remote.batches.last else { return }
    if layout.batch(computing: remote.key)?.name == latest {
      layout.forgetBatch(computing: remote.key)
    }
    for name in remote.batches {
      batches[name]?.open.remove(remote.key)
      guard let batch = batches[name], batch.open.isEmpty else { continue }
      let others = batch.tasks.keys.joined().filter {
        layout.batch(computing: $0)?.name == name
      }
      if others.isEmpty { batch.folder.remove(tasks: batch.tasks.keys.count) }
      batches[name] = nil
    }
  }

  /// Asks Slurm to end the tasks of jobs; tasks that also compute other keys continue.
  private func cancel(_ remotes: [Remote]) {
    let keys = Set(remotes.map(\.key))
    var words: [String] = []
    for batch in batches.values {
      guard let array = batch.array else { continue }
      for (index, task) in batch.tasks.keys.enumerated()
      where task.contains(where: keys.contains)
        && task.allSatisfy({ keys.contains($0) || layout.batch(computing: $0) != batch.folder })
      {
        words.append("\(array)_\(index)")
      }
    }
    // Longer command lines are refused.
    while !words.isEmpty {
      let part = words.prefix(500)
      words.removeFirst(part.count)
      _ = ClusterCommand(["scancel"] + part, environment: request.environment).wait(seconds: 20)
    }
  }

  // MARK: Waiting

  mutating func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool) {
    submitWaiting()
    checkSubmissions()
    look()
    if !news.isEmpty { return (news.sorted(), false) }
    guard milliseconds > 0 else { return ([], false) }
    var polled = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    let count = poll(&polled, 1, min(milliseconds, 100))
    return ([], count > 0)
  }

  var remote: RemoteShare? { RemoteShare(jobs: profile.jobs, processors: profile.cpus) }

  func isRemote(_ cell: Int) -> Bool {
    let cell = request.pipeline.cells[cell]
    return !profile.isLocal(stage: cell.stage, kind: cell.kind)
  }

  func place(of cell: Int) -> JobPlace? { cells[cell]?.place }

  var isSubmitted: Bool {
    cells.values.allSatisfy { !$0.isWaiting }
      && batches.values.allSatisfy { $0.submission == nil && $0.array != nil }
  }

  mutating func leave() {
    finishSubmissions()
    (cells, batches, news) = ([:], [:], [])
  }

  mutating func takeNotes() -> [String] {
    defer { notes = [] }
    return notes
  }

  /// The usual seconds of a cell, if it has run before.
  mutating func expectedSeconds(of cell: String) -> Double? {
    if usualSeconds == nil { usualSeconds = usual() }
    return usualSeconds?[cell]
  }
}
