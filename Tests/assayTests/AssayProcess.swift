import Foundation
import Testing

/// A failure of the test harness itself.
struct HarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A program run as by a user, with its output captured in files so that no pipe can fill up.
final class AssayProcess {
  /// How it ended and what it printed.
  struct Ending {
    /// The exit code; 128 and the signal's number if a signal ended it.
    let exit: Int32
    let output: String
    let errors: String
    /// Everything it printed.
    var text: String { output + errors }
  }

  /// The executable that was built beside these tests.
  static let executable: String = {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("assay").path
  }()

  let process: pid_t
  private let outputPath: String
  private let errorPath: String
  private let words: [String]
  private var ended = false

  /// Starts `assay`, or another program, in a folder.
  init(
    _ words: [String], in folder: String, program: String = AssayProcess.executable,
    environment: [String: String] = [:]
  ) throws {
    let captured = FileManager.default.temporaryDirectory.path + "/assay-tests-" + UUID().uuidString
    (outputPath, errorPath) = (captured + ".out", captured + ".err")
    self.words = words
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, defaults) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    // A user's own settings must not reach a test.
    let variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ASSAY_") }
      .merging(environment) { $1 }
    // The shell only changes to the folder and then replaces itself with the program.
    let line = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder, program] + words
    let arguments: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    let pairs: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in arguments + pairs { free(word) } }
    var started = pid_t()
    let code = posix_spawn(&started, "/bin/sh", &actions, &attributes, arguments, pairs)
    guard code == 0 else {
      throw HarnessError("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    process = started
  }

  deinit {
    if !ended {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    unlink(outputPath)
    unlink(errorPath)
  }

  /// What it has printed so far.
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
  private var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process, number) }

  /// Waits for the end; a program that takes too long is killed and fails the test.
  func wait(seconds: Double = 120) throws -> Ending {
    var status: Int32 = 0
    let over = eventually(seconds: seconds) {
      waitpid(process, &status, WNOHANG) == process
    }
    guard over else {
      throw HarnessError(
        "assay \(words.joined(separator: " ")) did not end in \(seconds) s; so far:\n"
          + output + errors)
    }
    ended = true
    let signal = status & 0x7F
    return Ending(
      exit: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output, errors: errors)
  }
}

/// Whether a condition becomes true in time, polled every few milliseconds.
func eventually(seconds: Double = 60, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ProcessInfo.processInfo.systemUptime + seconds
  while try !condition() {
    guard ProcessInfo.processInfo.systemUptime < deadline else { return false }
    usleep(3_000)
  }
  return true
}

/// Processes as the kernel lists them.
enum ProcessTable {
  /// Whether this machine can run two stages at once.
  static let hasTwoProcessors = ProcessInfo.processInfo.activeProcessorCount >= 2

  /// The running children of a process.
  static func children(of parent: pid_t) -> [pid_t] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { pid_t($0) }.filter { status(of: $0)?.parent == parent }.sorted()
  }

  /// Whether a process is running; a zombie is not.
  static func isRunning(_ process: pid_t) -> Bool { status(of: process) != nil }

  /// The file that a descriptor of a process refers to.
  static func file(_ descriptor: Int, of process: pid_t) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(descriptor)")
  }

  private static func status(of process: pid_t) -> (state: Character, parent: pid_t)? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name is in parentheses and may contain anything.
      let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let state = fields[0].first, let parent = pid_t(fields[1]),
      state != "Z", state != "X"
    else { return nil }
    return (state, parent)
  }
}
