package import Foundation

/// How many seconds a test waits for something that should happen.
///
/// Only a test that fails waits this long. It is far more than a busy machine needs: tests share
/// few processors with each other, so how long one takes depends on the others.
package let longestWait = 1200.0

/// Whether a condition becomes true in time, polled every few milliseconds.
package func eventually(
  seconds: Double = longestWait, _ condition: () throws -> Bool
) rethrows -> Bool {
  let deadline = ProcessInfo.processInfo.systemUptime + seconds
  while try !condition() {
    guard ProcessInfo.processInfo.systemUptime < deadline else { return false }
    usleep(3_000)
  }
  return true
}

/// Processes as the kernel lists them; zombies are left out.
package enum ProcessTable {
  /// Whether this machine can run two stages at once.
  package static let hasTwoProcessors = ProcessInfo.processInfo.activeProcessorCount >= 2

  /// The running children of a process.
  package static func children(of parent: pid_t) -> [pid_t] {
    running { $0.parent == parent }
  }

  /// The running processes of a session, including the process that leads it.
  package static func session(_ leader: pid_t) -> [pid_t] { running { $0.session == leader } }

  /// Whether a process is running; a zombie is not.
  package static func isRunning(_ process: pid_t) -> Bool { status(of: process) != nil }

  /// The running processes whose working folder is the given one.
  package static func working(in folder: String) -> [pid_t] {
    all.filter {
      status(of: $0) != nil
        && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")) == folder
    }
  }

  /// The file that a descriptor of a process refers to.
  package static func file(_ descriptor: Int, of process: pid_t) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(descriptor)")
  }

  /// The command line of a process.
  package static func arguments(of process: pid_t) -> [String] {
    let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private struct Status {
    let parent: pid_t
    let session: pid_t
  }

  private static func running(where isWanted: (Status) -> Bool) -> [pid_t] {
    all.filter { status(of: $0).map(isWanted) == true }
  }

  private static var all: [pid_t] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.sorted()
  }

  private static func status(of process: pid_t) -> Status? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name is in parentheses and may contain anything.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 3, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
      let session = pid_t(fields[3])
    else { return nil }
    return Status(parent: parent, session: session)
  }
}
