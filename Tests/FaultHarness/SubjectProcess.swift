import Foundation
import TestSupport

/// A program under test, in a session of its own so that leftover processes can be found.
final class SubjectProcess {
  /// How it ended and what it printed.
  struct Ending {
    /// The exit code, or 128 plus the signal's number if a signal ended it.
    let exit: Int32
    let text: String
    /// The cells that it reported as done.
    var done: [String] {
      text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count > 1 && words[0] == "done" ? String(words[1]) : nil
      }
    }
  }

  private let program: SpawnedProgram
  var process: pid_t { program.process }

  /// Starts a program in a folder, with variables in addition to those of this process.
  init(_ words: [String], in folder: String, _ variables: [String: String] = [:]) throws {
    // `env` finds a program along the PATH and is replaced by it.
    program = try SpawnedProgram(
      words, in: folder, program: "/usr/bin/env", environment: variables, ownsSession: true)
  }

  /// What it has printed so far.
  var text: String { program.output }

  /// The running processes of its session, including itself.
  var session: [pid_t] { ProcessTable.session(process) }

  /// Its worker processes.
  var workers: [pid_t] {
    session.filter {
      $0 != process && ProcessTable.arguments(of: $0).dropFirst().first == "worker"
    }
  }

  /// Waits until the program and everything it started have ended.
  func wait() throws -> Ending {
    let ending = try program.wait()
    let isAlone = eventually(seconds: 10) { session.isEmpty }
    let left = session.map { "\($0): \(ProcessTable.arguments(of: $0).joined(separator: " "))" }
    for process in session where !isAlone { kill(process, SIGKILL) }
    try require(isAlone, "processes were left behind: \(left.joined(separator: "; "))")
    return Ending(exit: ending.exit, text: ending.text)
  }
}
