package import Foundation

/// A program that runs in a terminal of some size.
///
/// What it writes is kept as it comes, one piece per read, and drawn on a screen.
package final class PseudoTerminal {
  /// The program.
  package let process: pid_t
  /// The screen as the program has drawn it.
  package private(set) var screen: Screen
  /// Everything the program wrote.
  package private(set) var written = ""
  private let main: Int32
  private var rest: [UInt8] = []
  private var ended = false

  /// Starts a program, by its name beside these tests, in a folder and a terminal.
  ///
  /// - Throws: `HarnessError` if it cannot be started.
  package init(
    _ arguments: [String], in folder: String, columns: Int, rows: Int,
    environment: [String: String] = [:]
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    var (first, second): (Int32, Int32) = (-1, -1)
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&first, &second, nil, nil, &size) == 0 else {
      throw HarnessError("no pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    main = first
    defer { close(second) }
    _ = fcntl(first, F_SETFD, FD_CLOEXEC)
    _ = fcntl(first, F_SETFL, fcntl(first, F_GETFL) | O_NONBLOCK)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_adddup2(&actions, second, descriptor)
    }
    let variables = ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("ASSAY_") && $0.key != "NO_COLOR" }
      .merging(["TERM": "xterm-256color"]) { $1 }.merging(environment) { $1 }
    let path = SpawnedProgram.executable("assay")
    let line = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder, path] + arguments
    let words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    let pairs: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + pairs { free(word) } }
    var started = pid_t()
    let code = posix_spawn(&started, "/bin/sh", &actions, nil, words, pairs)
    guard code == 0 else {
      close(first)
      throw HarnessError("\(path) cannot be started: \(String(cString: strerror(code)))")
    }
    process = started
  }

  deinit {
    if !ended {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    close(main)
  }

  /// Gives the terminal another size, as a user who drags its corner does.
  package func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(main, UInt(TIOCSWINSZ), &size)
    screen.resize(columns: columns, rows: rows)
  }

  /// Waits for the end; `look` is called after every piece that the program wrote.
  ///
  /// Returns the exit code. Throws if it takes too long, or what `look` throws.
  package func wait(look: (Screen) throws -> Void = { _ in }) throws -> Int32 {
    var status: Int32 = 0
    let deadline = ProcessInfo.processInfo.systemUptime + longestWait
    while true {
      let isOver = waitpid(process, &status, WNOHANG) == process
      ended = ended || isOver
      while read() { try look(screen) }
      if isOver { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F) }
      guard ProcessInfo.processInfo.systemUptime < deadline else {
        throw HarnessError(
          "the program did not end in \(longestWait) s; its screen:\n\(screen.text)")
      }
      usleep(2_000)
    }
  }

  /// Draws what the program wrote; `false` if it wrote nothing.
  private func read() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(main, &bytes, bytes.count)
    guard count > 0 else { return false }
    rest += bytes.prefix(count)
    // The last character may not be complete yet.
    var end = rest.count
    while end > 0, end > rest.count - 4, String(validating: rest.prefix(end), as: UTF8.self) == nil
    {
      end -= 1
    }
    let text = String(decoding: rest.prefix(end), as: UTF8.self)
    rest.removeFirst(end)
    written += text
    screen.draw(text)
    return true
  }
}
