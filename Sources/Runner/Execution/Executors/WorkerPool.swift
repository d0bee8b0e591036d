internal import Foundation
internal import PipelineDSL
internal import Store

/// The workers of a run: kept while there is work, replaced after a crash.
struct WorkerPool: Executor {
  private let executable: String
  private let environment: [String: String]
  private var idle: [WorkerProcess] = []
  /// The worker that runs each cell.
  private(set) var busy: [Int: WorkerProcess] = [:]

  init(executable: String, environment: [String: String]) {
    (self.executable, self.environment) = (executable, environment)
  }

  mutating func start(_ job: WorkerJob, for cell: Int) throws(RunError) {
    while let worker = idle.popLast() {
      if worker.send(job) {
        busy[cell] = worker
        return
      }
      // It died while it was idle; try the next one.
      _ = worker.end()
    }
    let worker = try WorkerProcess.start(executable: executable, environment: environment)
    guard worker.send(job) else {
      throw .refused("a worker process ended before it took a job (\(worker.end()))")
    }
    busy[cell] = worker
  }

  mutating func receive(for cell: Int) -> (replies: [WorkerReply], closed: Bool) {
    busy[cell]?.receive() ?? ([], true)
  }

  mutating func release(_ cell: Int) {
    if let worker = busy.removeValue(forKey: cell) { idle.append(worker) }
  }

  mutating func reap(_ cell: Int) -> ProcessEnd? { busy.removeValue(forKey: cell)?.reap() }

  mutating func end(_ cell: Int) -> ProcessEnd? { busy.removeValue(forKey: cell)?.end() }

  mutating func endAll(grace: Double) -> [Int: ProcessEnd] {
    var ends: [Int: ProcessEnd] = [:]
    for worker in busy.values { worker.terminate() }
    let deadline = ProcessInfo.processInfo.systemUptime + grace
    while !busy.isEmpty, ProcessInfo.processInfo.systemUptime < deadline {
      for (cell, worker) in busy {
        var status: Int32 = 0
        // Checked without reaping it, so that `end` can still wait for it.
        var info = siginfo_t()
        if waitid(P_PID, id_t(worker.process), &info, WEXITED | WNOHANG | WNOWAIT) == 0,
          info.si_signo != 0
        {
          status = info.si_signo
        }
        if status != 0 { ends[cell] = end(cell) }
      }
      if !busy.isEmpty { usleep(5_000) }
    }
    for cell in Array(busy.keys) { ends[cell] = end(cell) }
    for worker in idle { _ = worker.end() }
    idle = []
    return ends
  }

  func wait(also descriptor: Int32, milliseconds: Int32) -> (cells: [Int], other: Bool) {
    let cells = busy.keys.sorted()
    var polled = cells.map { pollfd(fd: busy[$0]?.output ?? -1, events: Int16(POLLIN), revents: 0) }
    polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return ([], false) }
    return (
      zip(cells, polled).filter { $0.1.revents != 0 }.map(\.0), polled[cells.count].revents != 0
    )
  }
}
