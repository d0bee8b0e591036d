internal import Dispatch
internal import Execution
internal import Foundation
internal import PipelineDSL
internal import Reports
internal import Store
internal import Synchronization

/// The report of a run, which is rewritten while the run continues.
///
/// It follows the events of a run on the coordinator's thread, and writes on a thread of its own
/// with its own connection to the record, so that the run never waits for it.
final class LiveReport {
  /// What is known of a running cell, besides its progress.
  private struct Running {
    let name: String
    let began: Double
    var progress: StageProgress?
    var metrics: [StageMetric] = []
  }

  /// The maximum number of metrics that are kept of a running cell.
  private static let metricLimit = 20_000

  private let writer: LiveReportWriter
  private let usual: () -> [String: Double]
  private var state: ProgressState
  private var hasLearned = false
  private var running: [Running] = []

  /// The live report of a run of some cells, each with its stage; `usual` gives the usual seconds of
  /// cells.
  init(
    _ writer: LiveReportWriter, stages: [String: String], usual: @escaping () -> [String: Double]
  ) {
    (self.writer, self.usual) = (writer, usual)
    state = ProgressState(stages: stages)
  }

  /// Follows an event, and has the page written if its time has come.
  func show(_ event: RunEvent) {
    let now = ProcessInfo.processInfo.systemUptime
    if !hasLearned, case .started = event {
      state.learn(usual())
      hasLearned = true
    }
    state.apply(event, at: now)
    switch event {
    case .started(let cell, _, _): running.append(Running(name: cell, began: now))
    case .progress(let cell, let progress, _): change(cell) { $0.progress = progress }
    case .measured(let cell, let metrics):
      change(cell) { $0.metrics += metrics.prefix(max(0, Self.metricLimit - $0.metrics.count)) }
    case .executed(let cell, _, _), .interrupted(let cell): running.removeAll { $0.name == cell }
    case .failed(let report): running.removeAll { $0.name == report.cell }
    default: break
    }
    if writer.isDue(at: now) { writer.write(live(at: now)) }
  }

  /// Waits for the page that is being written.
  func finish() { writer.finish() }

  private func change(_ cell: String, _ body: (inout Running) -> Void) {
    guard let index = running.firstIndex(where: { $0.name == cell }) else { return }
    body(&running[index])
  }

  private func live(at now: Double) -> LiveState {
    LiveState(
      running: running.map { cell in
        LiveState.Cell(
          name: cell.name, reason: state.reason(of: cell.name), seconds: now - cell.began,
          progress: cell.progress, left: state.left(of: cell.name, at: now), metrics: cell.metrics)
      },
      settled: state.settled, total: state.total, left: state.left(at: now),
      time: Date().timeIntervalSince1970, reload: 0)
  }
}

/// Writes the page of a live report, as often as that costs the machine only a few percent.
final class LiveReportWriter: Sendable {
  /// When to write next.
  struct Pace: Sendable {
    /// The minimum time between two pages, in seconds.
    static let minimum = 3.0
    /// The time between two pages, as a multiple of what one costs.
    static let factor = 30.0

    /// The time from the start of one page to the next, in seconds.
    private(set) var interval = minimum
    private(set) var isWriting = false
    private var last = -Double.infinity

    /// Whether a page may be started.
    func isDue(at now: Double) -> Bool { !isWriting && now - last >= interval }

    mutating func begin(at now: Double) { (isWriting, last) = (true, now) }

    mutating func end(cost: Double) {
      isWriting = false
      interval = max(Self.minimum, cost * Self.factor)
    }
  }

  private let run: String
  private let path: String
  private let recordPath: String
  private let objects: ObjectStore
  private let pace = Mutex(Pace())
  private let queue = DispatchQueue(label: "live report", qos: .utility)

  init(run: String, path: String, recordPath: String, objects: ObjectStore) {
    (self.run, self.path) = (run, path)
    (self.recordPath, self.objects) = (recordPath, objects)
  }

  /// Whether a page may be started.
  func isDue(at now: Double) -> Bool { pace.withLock { $0.isDue(at: now) } }

  /// Starts to write a page; a page that cannot be written is left out, since the next one may.
  func write(_ live: LiveState) {
    let began = ProcessInfo.processInfo.systemUptime
    let interval = pace.withLock { pace in
      pace.begin(at: began)
      return pace.interval
    }
    queue.async { [self] in
      var live = live
      live.reload = Int(interval.rounded(.up)) + 1
      try? page(live)
      let cost = ProcessInfo.processInfo.systemUptime - began
      pace.withLock { $0.end(cost: cost) }
    }
  }

  /// Waits for the page that is being written.
  func finish() { queue.sync {} }

  private func page(_ live: LiveState) throws {
    let records = try RunRecords(path: recordPath, create: false)
    try ReportFolder.write(
      try records.run(run), records: records, objects: objects, to: path, live: live)
  }
}
