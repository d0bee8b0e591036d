package import Foundation

/// A failure of the test harness itself.
package struct HarnessError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// A program run as by a user, with its output captured in files so that no pipe can fill up.
package final class SpawnedProgram {
  /// How it ended and what it printed.
  package struct Ending {
    /// The exit code; 128 and the signal's number if a signal ended it.
    package let exit: Int32
    package let output: String
    package let errors: String
    /// Everything it printed.
    package var text: String { output + errors }
  }

  /// The executable of a product that was built beside these tests.
  package static func executable(_ name: String) -> String {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent(name).path
  }

  package let process: pid_t
  private let outputPath: String
  private let errorPath: String
  private let arguments: [String]
  private let ownsSession: Bool
  private var ended = false

  /// Starts a program in a folder.
  ///
  /// - Parameters:
  ///   - arguments: The arguments of the program.
  ///   - folder: The working folder.
  ///   - program: A path, or the name of an executable built beside these tests.
  ///   - environment: Variables in addition to those of this process, without `ASSAY_...`: the
  ///     user's own settings must not affect a test.
  ///   - ownsSession: Whether it gets a session of its own, so that leftover processes can be found.
  /// - Throws: `HarnessError` if it cannot be started.
  package init(
    _ arguments: [String], in folder: String, program: String = "assay",
    environment: [String: String] = [:], ownsSession: Bool = false
  ) throws {
    let captured = FileManager.default.temporaryDirectory.path + "/assay-tests-" + UUID().uuidString
    outputPath = captured + ".out"
    errorPath = captured + ".err"
    self.arguments = arguments
    self.ownsSession = ownsSession
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.resetSignals(&attributes, ownsSession: ownsSession)
    let variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ASSAY_") }
      .merging(environment) { $1 }
    let path = program.hasPrefix("/") ? program : Self.executable(program)
    // The shell only changes to the folder and then replaces itself with the program.
    let line = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder, path] + arguments
    let words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    let pairs: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + pairs { free(word) } }
    var started = pid_t()
    let code = posix_spawn(&started, "/bin/sh", &actions, &attributes, words, pairs)
    guard code == 0 else {
      throw HarnessError("\(path) cannot be started: \(String(cString: strerror(code)))")
    }
    process = started
  }

  /// Makes the program start without blocked or ignored signals.
  private static func resetSignals(_ attributes: inout posix_spawnattr_t, ownsSession: Bool) {
    var none = sigset_t()
    var defaults = sigset_t()
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // 0x80 is POSIX_SPAWN_SETSID, which Glibc's module lacks.
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | (ownsSession ? 0x80 : 0))
  }

  deinit {
    if !ended {
      if ownsSession { for left in ProcessTable.session(process) { kill(left, SIGKILL) } }
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    unlink(outputPath)
    unlink(errorPath)
  }

  /// What it has printed so far.
  package var output: String { Self.text(outputPath) }
  private var errors: String { Self.text(errorPath) }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// Sends a signal.
  package func signal(_ number: Int32) { kill(process, number) }

  /// Waits for the end; throws if it takes too long.
  package func wait() throws -> Ending {
    var status: Int32 = 0
    let over = eventually {
      waitpid(process, &status, WNOHANG) == process
    }
    guard over else {
      throw HarnessError(
        "\(arguments.joined(separator: " ")) did not end in \(longestWait) s; so far:\n"
          + output + errors)
    }
    ended = true
    let signal = status & 0x7F
    return Ending(
      exit: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: output, errors: errors)
  }
}
