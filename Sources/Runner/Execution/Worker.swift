internal import Foundation
public import PipelineDSL
internal import Store
internal import Synchronization

/// The worker's side of the pipes: reads jobs from standard input until it closes.
public struct Worker: Sendable {
  private let catalogue: Catalogue

  /// A worker that can run the kinds of a catalogue.
  public init(catalogue: Catalogue) { self.catalogue = catalogue }

  /// Serves jobs one after another; kills the worker's process group when the input closes.
  public func serve() -> Never {
    // If the coordinator is gone, the reading thread notices and kills the whole process group.
    signal(SIGPIPE, SIG_IGN)
    // The pipe is only for replies: what a library prints goes to the log instead.
    let replies = dup(1)
    dup2(2, 1)
    _ = fcntl(replies, F_SETFD, FD_CLOEXEC)
    let jobs = JobQueue()
    let reader = Thread {
      while let line = readLine(strippingNewline: true) { jobs.add(line) }
      kill(0, SIGKILL)
    }
    reader.start()
    let events = WorkerEvents(replies: replies)
    let check = InputCheck()
    while true {
      let line = jobs.next()
      guard let json = try? JSONParser.parse(line), let job = WorkerJob(json: json) else {
        events.send(
          .failed(reason: "the job cannot be read: \(line)", hint: nil, usage: WorkerUsage()))
        continue
      }
      let attempt = WorkerAttempt(job: job, catalogue: catalogue, events: events, check: check)
      events.send(attempt.run())
    }
  }
}

/// Passes jobs from the reading thread to the working thread.
private final class JobQueue: Sendable {
  private let lines = Mutex<[String]>([])
  private let count = DispatchSemaphore(value: 0)

  func add(_ line: String) {
    lines.withLock { $0.append(line) }
    count.signal()
  }

  func next() -> String {
    count.wait()
    return lines.withLock { $0.removeFirst() }
  }
}

/// Sends a stage's progress; collects the metrics and warnings for its result.
final class WorkerEvents: StageEvents {
  private struct State {
    var metrics: [StageMetric] = []
    var warnings: [String] = []
    /// The number of metrics that were considered for sending early.
    var sent = 0
    var lastProgress = 0.0
  }

  /// The maximum number of metrics that accompany one report of progress.
  private static let earlyMetrics = 500

  private let replies: Int32
  private let state = Mutex(State())

  init(replies: Int32) { self.replies = replies }

  func progress(_ progress: StageProgress) {
    // A stage may report each of 60,000 images; a person reads ten lines per second.
    let now = ProcessInfo.processInfo.systemUptime
    let due = state.withLock { state -> [StageMetric]? in
      guard now - state.lastProgress >= 0.1 || progress.done == progress.total else { return nil }
      state.lastProgress = now
      let metrics = state.metrics[state.sent...].prefix(Self.earlyMetrics)
      state.sent += metrics.count
      return metrics.filter { $0.step != nil }
    }
    guard let due else { return }
    if !due.isEmpty { send(.metrics(due)) }
    send(.progress(progress))
  }

  func metric(_ metric: StageMetric) { state.withLock { $0.metrics.append(metric) } }

  func warn(_ text: String) {
    state.withLock { $0.warnings.append(text) }
    log("warning: " + text)
  }

  func log(_ text: String) {
    // Standard error is the attempt's log file while a job runs. A full disk costs only the line.
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }

  /// The metrics and warnings since the last call.
  func take() -> (metrics: [StageMetric], warnings: [String]) {
    state.withLock { state in
      defer { state = State() }
      return (state.metrics, state.warnings)
    }
  }

  func send(_ reply: WorkerReply) {
    let line = JSONCanonicalForm.bytes(of: reply.json) + [10]
    state.withLock { _ in
      // If the coordinator is gone, the reading thread is about to end this process.
      _ = line.withUnsafeBytes { writeAll($0, to: replies) }
    }
  }
}
