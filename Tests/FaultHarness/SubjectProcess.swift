import Foundation

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

  let process: pid_t
  private let outputPath: String
  private var isBuried = false

  /// Starts a program in a folder, with variables in addition to those of this process.
  init(_ words: [String], in folder: String, _ variables: [String: String] = [:]) throws {
    outputPath = NSTemporaryDirectory() + "assay-faults-" + UUID().uuidString
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which Glibc's module lacks.
    posix_spawnattr_setflags(&attributes, 0x80)
    // The user's own settings must not affect a trial.
    let all = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ASSAY_") }
      .merging(variables) { $1 }
    // The shell only changes to the folder and is replaced by the program.
    let line = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words
    let arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    let pairs: [UnsafeMutablePointer<CChar>?] = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in arguments + pairs { free(word) } }
    var started = pid_t()
    let code = posix_spawn(&started, "/bin/sh", &actions, &attributes, arguments, pairs)
    guard code == 0 else {
      throw FaultHarnessError("\(words[0]) cannot be started: \(String(cString: strerror(code)))")
    }
    process = started
  }

  deinit {
    if !isBuried {
      for left in session { kill(left, SIGKILL) }
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    unlink(outputPath)
  }

  /// What it has printed so far.
  var text: String {
    let data = FileManager.default.contents(atPath: outputPath) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  /// The running processes of its session, including itself.
  var session: [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { Self.session(of: $0) == process }.sorted()
  }

  /// Its worker processes.
  var workers: [pid_t] {
    session.filter { $0 != process && Self.words(of: $0).dropFirst().first == "worker" }
  }

  /// Waits until the program and everything it started have ended.
  func wait(seconds: Double = 60) throws -> Ending {
    var status: Int32 = 0
    let over = eventually(seconds) { waitpid(process, &status, WNOHANG) == process }
    try require(over, "it did not end in \(seconds) s; so far:\n\(text)")
    isBuried = true
    let isAlone = eventually(10) { session.isEmpty }
    let left = session.map { "\($0): \(Self.words(of: $0).joined(separator: " "))" }
    for process in session where !isAlone { kill(process, SIGKILL) }
    try require(isAlone, "processes were left behind: \(left.joined(separator: "; "))")
    let signal = status & 0x7F
    return Ending(exit: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, text: text)
  }

  private static func session(of process: pid_t) -> pid_t? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name is in parentheses and may contain anything.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 3, fields[0] != "Z", fields[0] != "X" else { return nil }
    return pid_t(fields[3])
  }

  private static func words(of process: pid_t) -> [String] {
    let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Whether a condition becomes true in time; tested every few milliseconds.
func eventually(_ seconds: Double, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ProcessInfo.processInfo.systemUptime + seconds
  while try !condition() {
    guard ProcessInfo.processInfo.systemUptime < deadline else { return false }
    usleep(2_000)
  }
  return true
}
