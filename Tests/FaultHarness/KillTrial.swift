import Foundation
import PipelineDSL

/// SIGKILL at a random moment: to the coordinator, one worker, all workers, or everything.
enum KillTrial: Trial {
  static let name = "kills"
  static let summary = "SIGKILL to coordinator, workers or both at a random moment"

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    let store = "stores/\(number)"
    let run = try subject.start(store: store, ["-j", draws.pick(["1", "2", "3"])])
    usleep(UInt32(draws.uniform() * laboratory.seconds * 1e6))
    let (victim, killed) = strike(
      draws.pick(["coordinator", "worker", "workers", "all"]), of: run, &draws)
    let ending = try run.wait()
    try require(
      [0, 1, 128 + SIGKILL].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
    // In every other trial, the next run is the first to open the record again.
    if number.isMultiple(of: 2) { try subject.inspectRecord() }
    try subject.expectRecovery(laboratory.reference, in: store, done: Set(ending.done))
    guard killed > 0 else { return "nothing was left to kill" }
    return ending.exit == 0 ? "\(victim), and the run went on" : victim
  }

  /// Kills the coordinator of a run, a worker, all workers, or everything; returns what it met, and
  /// how many processes.
  static func strike(
    _ drawn: String, of run: SubjectProcess, _ draws: inout RandomStream
  ) -> (victim: String, killed: Int) {
    let workers = run.workers
    // Before the first worker and after the last, only the coordinator exists.
    let victim = workers.isEmpty ? "coordinator" : drawn
    let victims =
      switch victim {
      case "coordinator": [run.process]
      case "worker": [draws.pick(workers)]
      case "workers": workers
      default: run.session
      }
    // A zombie process also accepts a signal, which means nothing.
    let killed = victims.count { run.session.contains($0) && kill($0, SIGKILL) == 0 }
    return (victim, killed)
  }
}

/// SIGKILL between two system calls, at each call in turn: to one process, or to all at once.
enum PointTrial: Trial {
  static let name = "points"
  static let summary = "SIGKILL before the n-th system call that changes a file"
  static let callLists = [""]

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    try point(number, subject, laboratory, draws.pick([.kill, .killAll]))
  }

  /// Spreads trials evenly over the calls of a run; as many trials as calls cover every call.
  static func point(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ action: FaultLibrary.Action
  ) throws -> String {
    let store = "stores/\(number)"
    let calls = laboratory.calls[""] ?? 1
    var stride = max(1, Int(Double(calls) * 0.618))
    while gcd(stride, calls) != 1 { stride += 1 }
    let call = 1 + number * stride % calls
    let fault = try FaultLibrary(library: laboratory.library)
    let ending = try subject.run(
      store: store, ["-j", "1"], fault.faulty(action, at: call, of: nil, below: subject.folder))
    try require(
      [0, 1, 128 + SIGKILL].contains(ending.exit), "it ended with \(ending.exit):\n\(ending.text)")
    let what = fault.fired == 0 ? "not reached" : action.rawValue
    do {
      if action == .power { _ = try fault.cutOff(below: subject.folder) }
      if number.isMultiple(of: 2) { try subject.inspectRecord() }
      try subject.expectRecovery(laboratory.reference, in: store, done: Set(ending.done))
    } catch {
      throw FaultHarnessError("\(action.rawValue) at call \(call), \(fault.what): \(error)")
    }
    return what
  }

  private static func gcd(_ one: Int, _ other: Int) -> Int {
    other == 0 ? one : gcd(other, one % other)
  }
}

/// A power failure at the n-th system call: all processes end, and files lose what was not flushed.
enum PowerTrial: Trial {
  static let name = "power"
  static let summary = "power failure before the n-th call: unflushed data is lost"
  static let callLists = [""]

  static func run(
    _ number: Int, _ subject: Subject, _ laboratory: Laboratory,
    _ draws: inout RandomStream
  ) throws -> String {
    try PointTrial.point(number, subject, laboratory, .power)
  }
}
