internal import PipelineDSL
public import Store

/// The jobs that runs left in the queue of a cluster, or that run there now, by state.
public struct ClusterJobs: Sendable {
  /// The state of a job.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// It waits in the queue.
    case queued
    /// It runs.
    case running
    /// It ended, and no run has looked at its result.
    case ended
    /// The queue does not have it, and there is no result.
    case lost
  }

  /// The number of jobs in each state, by the run that submitted them.
  public private(set) var runs: [(run: String, counts: [State: Int])] = []

  /// Reads the batches of a store; Slurm is asked once, if there are any.
  public init(in layout: StoreLayout, environment: [String: String]) {
    var counts: [String: [State: Int]] = [:]
    let open = layout.allBatches().compactMap { Self.states(of: $0, in: layout) }
    guard !open.isEmpty else { return }
    let queue = Self.queue(open, environment)
    for batch in open {
      for (key, state) in batch.states {
        let refined = queue.map { batch.refined(state, of: key, $0) } ?? state
        counts[batch.run, default: [:]][refined, default: 0] += 1
      }
    }
    runs = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A batch with jobs that no run has looked at.
  private struct OpenBatch {
    let run: String
    let stage: String
    let array: String?
    let tasks: BatchTasks
    let states: [Digest: State]

    /// What Slurm knows better: that a job runs again, or is not there.
    func refined(_ state: State, of key: Digest, _ queue: SlurmQueue) -> State {
      guard state != .ended, let array, let index = tasks.task(of: key) else { return state }
      guard let found = queue.states[SlurmQueue.Task(array: array, index: index)], found.isAlive
      else { return .lost }
      return found.isPending ? .queued : state
    }
  }

  private static func states(of folder: BatchFolder, in layout: StoreLayout) -> OpenBatch? {
    let tasks = BatchTasks(folder.read(BatchTasks.name) ?? [])
    let open = tasks.keys.joined().filter { layout.batch(computing: $0) == folder }
    guard let first = open.first, let names = try? folder.names(),
      let file = folder.read(JobFile.name(first)).flatMap({ JobFile($0) })
    else { return nil }
    var states = Dictionary(open.map { ($0, State.queued) }) { first, _ in first }
    for name in names {
      guard let (attempt, mark) = AttemptName.parse(name), let state = states[attempt.key] else {
        continue
      }
      if mark == .result { states[attempt.key] = .ended }
      if mark == .started, state == .queued { states[attempt.key] = .running }
    }
    let submission = folder.read(SlurmExecutor.submitted).flatMap { try? JSONParser.parse($0) }
    let stage = file.job.cell.prefix { $0 != "@" }
    return OpenBatch(
      run: file.run, stage: String(stage), array: submission?["job"]?.text, tasks: tasks,
      states: states)
  }

  /// What Slurm says, unless it does not answer.
  private static func queue(
    _ batches: [OpenBatch], _ environment: [String: String]
  ) -> SlurmQueue? {
    let names = Set(batches.map { SlurmScript.name(run: $0.run, stage: $0.stage) })
    let ending = ClusterCommand(SlurmQueue.words(names), environment: environment).wait(seconds: 5)
    return ending.exit == 0 ? SlurmQueue(ending.output) : nil
  }
}
