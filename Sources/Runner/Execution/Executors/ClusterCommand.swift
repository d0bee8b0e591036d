internal import Foundation
internal import Glibc
internal import Store

/// A program of the cluster, such as `squeue`, that runs while the coordinator does other things.
///
/// A busy controller answers after minutes; leases, signals and local workers must not wait for it.
struct ClusterCommand {
  /// How it ended.
  struct Ending: Sendable {
    /// The exit code; 128 and the signal's number if a signal ended it, 127 if it did not start.
    let exit: Int
    let output: String
    let errors: String

    /// The first line that says what is wrong.
    var message: String {
      let lines = errors.split(whereSeparator: \.isNewline)
      return lines.first.map(String.init) ?? "exit code \(exit)"
    }
  }

  /// The process until it is waited for; a command that is dropped leaves no zombie.
  private final class Child {
    var process: pid_t?
    let files: String

    init(process: pid_t?, files: String) { (self.process, self.files) = (process, files) }

    /// Kills the process and waits for its end.
    func kill() {
      guard let process = process.take() else { return }
      Glibc.kill(-process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    deinit {
      kill()
      for part in [".in", ".out", ".err"] { unlink(files + part) }
    }
  }

  private let child: Child
  private let failure: String?

  /// Starts a program found on the path, with the given standard input.
  ///
  /// Output goes to files, so that no pipe can fill up.
  init(_ words: [String], input: String = "", environment: [String: String]) {
    let files = FileManager.default.temporaryDirectory.path + "/assay-" + UUID().uuidString
    try? Data(input.utf8).write(to: URL(fileURLWithPath: files + ".in"))
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    var started: pid_t?
    if let path = ChildSpawn.find(words[0], in: environment) {
      // A group of its own: an interrupt at the keyboard is for the coordinator.
      let (process, error) = ChildSpawn.start(
        path, words, environment: environment, leadsGroup: true
      ) { actions in
        posix_spawn_file_actions_addopen(&actions, 0, files + ".in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files + ".out", flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, files + ".err", flags, 0o600)
      }
      if error == 0 { started = process }
      failure =
        error == 0 ? nil : "\(words[0]) cannot be started: \(String(cString: strerror(error)))"
    } else {
      failure = "\(words[0]) was not found on the path"
    }
    child = Child(process: started, files: files)
  }

  /// How it ended, or `nil` while it runs; must not be called again afterwards.
  func ending() -> Ending? {
    if let failure { return finish(127, extra: failure) }
    guard let process = child.process else { return finish(127, extra: "it was waited for") }
    var status: Int32 = 0
    let found = waitpid(process, &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    child.process = nil
    let signal = Int(status & 0x7F)
    return finish(signal == 0 ? Int(status >> 8 & 0xFF) : 128 + signal, extra: "")
  }

  /// Waits for its end, and kills it after some seconds.
  func wait(seconds: Double) -> Ending {
    let deadline = ProcessInfo.processInfo.systemUptime + seconds
    while ProcessInfo.processInfo.systemUptime < deadline {
      if let ending = ending() { return ending }
      usleep(5_000)
    }
    return end()
  }

  /// Kills it.
  func end() -> Ending {
    child.kill()
    return finish(128 + Int(SIGKILL), extra: "no answer")
  }

  private func finish(_ exit: Int, extra: String) -> Ending {
    func text(_ part: String) -> String {
      let bytes = FileManager.default.contents(atPath: child.files + part) ?? Data()
      return String(decoding: bytes, as: UTF8.self)
    }
    return Ending(exit: exit, output: text(".out"), errors: extra + text(".err"))
  }
}
