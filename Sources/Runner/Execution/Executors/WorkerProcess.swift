internal import Foundation
internal import PipelineDSL
internal import Store

/// The coordinator's handle to a worker process: two pipes and a process group.
///
/// The worker leads its own process group, so that every program a stage starts ends with it. It
/// exits when its standard input closes, so that a killed coordinator leaves nothing running.
struct WorkerProcess {
  let process: pid_t
  /// The coordinator's end of the worker's standard input.
  private let input: Int32
  /// The coordinator's end of the worker's standard output; non-blocking.
  let output: Int32
  private var buffer: [UInt8] = []

  /// Starts a worker: the given executable with the hidden verb `worker`.
  static func start(
    executable: String, environment: [String: String]
  ) throws(RunError) -> WorkerProcess {
    let toWorker = try Pipe()
    let fromWorker: Pipe
    do { fromWorker = try Pipe() } catch {
      toWorker.closeBoth()
      throw error
    }
    let (process, code) = ChildSpawn.start(
      executable, [executable, "worker"], environment: environment, leadsGroup: true
    ) { files in
      posix_spawn_file_actions_adddup2(&files, toWorker.reading, 0)
      posix_spawn_file_actions_adddup2(&files, fromWorker.writing, 1)
    }
    close(toWorker.reading)
    close(fromWorker.writing)
    guard code == 0 else {
      close(toWorker.writing)
      close(fromWorker.reading)
      throw RunError.system("cannot start \(executable)", code)
    }
    Pipe.setNonBlocking(fromWorker.reading)
    return WorkerProcess(
      process: process, input: toWorker.writing, output: fromWorker.reading)
  }

  private init(process: pid_t, input: Int32, output: Int32) {
    (self.process, self.input, self.output) = (process, input, output)
  }

  /// Sends the worker a job; `false` if the worker is gone.
  func send(_ job: WorkerJob) -> Bool {
    let line = JSONCanonicalForm.bytes(of: job.json) + [10]
    return line.withUnsafeBytes { writeAll($0, to: input) } == nil
  }

  /// The replies that have arrived, and whether the worker closed its pipe.
  mutating func receive() -> (replies: [WorkerReply], closed: Bool) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var closed = false
    while true {
      let count = read(output, &chunk, chunk.count)
      if count > 0 {
        buffer += chunk[..<count]
      } else if count < 0, errno == EINTR {
        continue
      } else {
        closed = count == 0
        break
      }
    }
    var replies: [WorkerReply] = []
    var start = buffer.startIndex
    while let end = buffer[start...].firstIndex(of: 10) {
      if let json = try? JSONParser.parse(Array(buffer[start..<end])),
        let reply = WorkerReply(json: json)
      {
        replies.append(reply)
      }
      start = end + 1
    }
    buffer.removeSubrange(..<start)
    return (replies, closed)
  }

  /// Asks the worker and every program it started to stop.
  func terminate() { kill(-process, SIGTERM) }

  /// Kills the worker and everything it started, and closes the pipes; returns how it ended.
  func end() -> ProcessEnd {
    close(input)
    kill(-process, SIGKILL)
    close(output)
    return wait()
  }

  /// Waits for a worker that closed its pipe, then kills what it started; returns how it ended.
  func reap() -> ProcessEnd {
    close(input)
    close(output)
    let end = wait()
    kill(-process, SIGKILL)
    return end
  }

  private func wait() -> ProcessEnd {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return ProcessEnd(waitStatus: status)
  }
}

extension ProcessEnd {
  /// Decodes a status from `waitpid`.
  init(waitStatus status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited(Int(status >> 8 & 0xFF)) : .signalled(Self.name(of: signal))
  }

  /// The name of a signal, such as `SIGKILL`.
  private static func name(of signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGHUP: "SIGHUP", SIGILL: "SIGILL",
      SIGINT: "SIGINT", SIGKILL: "SIGKILL", SIGPIPE: "SIGPIPE", SIGQUIT: "SIGQUIT",
      SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP",
      SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
