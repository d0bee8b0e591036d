import PipelineDSL
import Store

@testable import Execution

/// A clock that a test sets by hand.
final class HandClock {
  var now = 100.0
}

/// An executor without processes: each cell ends as the test specifies, one per wait.
final class FakePool: Executor {
  /// How a cell's job ends.
  enum Ending {
    case done([StageMetric])
    case fails(String)
    case ends(ProcessEnd)
    case hangs
  }

  private let objects: ObjectStore
  private let clock: HandClock
  /// How cells end, by name; the others succeed.
  var endings: [String: Ending] = [:]
  /// The names of the cells whose jobs started, in order.
  private(set) var started: [String] = []
  /// The largest number of jobs at the same time.
  private(set) var mostAtOnce = 0
  /// What cells may use elsewhere; all run there if it is set.
  var remote: RemoteShare?
  /// How often remote jobs were left to themselves.
  private(set) var timesLeft = 0
  private var jobs: [Int: WorkerJob] = [:]
  private var replies: [Int: [WorkerReply]] = [:]
  private var closed: Set<Int> = []

  init(_ objects: ObjectStore, _ clock: HandClock) {
    self.objects = objects
    self.clock = clock
  }

  func start(_ job: WorkerJob, for cell: Int) throws(RunError) {
    jobs[cell] = job
    started.append(job.cell)
    mostAtOnce = max(mostAtOnce, jobs.count)
  }

  /// Ends the first job that does not hang; if all hang, ten seconds pass.
  func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool) {
    for (cell, job) in jobs.sorted(by: { $0.key < $1.key }) {
      switch endings[job.cell] ?? .done([]) {
      case .hangs: continue
      case .done(let metrics): replies[cell] = [.done(result(of: job, metrics))]
      case .fails(let reason):
        replies[cell] = [.failed(reason: reason, hint: nil, usage: WorkerUsage())]
      case .ends: closed.insert(cell)
      }
      clock.now += 1
      return ([cell], false)
    }
    clock.now += 10
    return ([], false)
  }

  private func result(of job: WorkerJob, _ metrics: [StageMetric]) -> WorkerResult {
    var result = WorkerResult()
    let content = Array("\(job.kind) \(JSONCanonicalForm.text(of: .object(job.parameters)))".utf8)
    let digest = try? objects.write(content)
    let manifest = ArtifactManifest([
      .init(path: "f", size: content.count, digest: digest ?? Digest.of(""))
    ])
    let written = try? objects.write(manifest.bytes)
    for port in job.outputs {
      result.artifacts[port] = .init(digest: written ?? manifest.digest, bytes: content.count)
    }
    result.metrics = metrics
    return result
  }

  func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool) {
    (replies.removeValue(forKey: cell) ?? [], closed.contains(cell))
  }

  func release(_ cell: Int) { jobs[cell] = nil }
  func isRemote(_ cell: Int) -> Bool { remote != nil }
  func place(of cell: Int) -> JobPlace? {
    guard isRemote(cell) else { return nil }
    return JobPlace(
      node: "n1", job: "7", queueSeconds: 40, started: 1000, seconds: 2,
      attempt: jobs[cell]?.attempt)
  }

  func leave() {
    timesLeft += 1
    jobs = [:]
  }

  func reap(_ cell: Int) -> ProcessEnd? {
    guard let job = jobs.removeValue(forKey: cell) else { return nil }
    closed.remove(cell)
    if case .ends(let end)? = endings[job.cell] { return end }
    return nil
  }

  func end(_ cell: Int) -> ProcessEnd? {
    jobs[cell] = nil
    return .signalled("SIGKILL")
  }

  func endAll(grace: Double) -> [Int: ProcessEnd] {
    defer { jobs = [:] }
    return jobs.mapValues { _ in .signalled("SIGTERM") }
  }
}
