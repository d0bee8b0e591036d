internal import Glibc

/// The program rclone, as found on the search path.
///
/// Its configuration, credentials and settings (`RCLONE_...`) stay its own: Assay neither reads nor
/// passes any.
struct RcloneProgram: Sendable {
  /// Options of every call: no questions, and no wait of minutes for a host that does not answer.
  private static let options = [
    "--ask-password=false", "--contimeout=15s", "--timeout=2m", "--log-level=ERROR",
  ]
  /// The number of files transferred at once, unless the user sets another; most are small.
  private static let settings = ["RCLONE_TRANSFERS": "8", "RCLONE_CHECKERS": "8"]

  private let path: String
  private let environment: [String: String]

  /// Finds rclone on the search path of an environment.
  ///
  /// - Throws: `StoreError` if it is not installed.
  init(environment: [String: String]) throws(StoreError) {
    guard let path = ChildSpawn.find("rclone", in: environment) else {
      throw StoreError(
        path: "rclone",
        "is not installed; install it ('apt install rclone', or see rclone.org/install), and "
          + "describe the remote to it with 'rclone config'")
    }
    self.path = path
    self.environment = Self.settings.merging(environment) { $1 }
  }

  /// How a call ended.
  struct Ending: Sendable {
    /// The exit code, or 128 and the number of the signal that ended it.
    let code: Int32
    let output: [UInt8]
    let errors: String
  }

  /// Runs rclone to its end.
  ///
  /// - Throws: `StoreError` if it cannot be started; its own failures are in the ending.
  func run(_ arguments: [String]) throws(StoreError) -> Ending {
    let output = try Channel()
    let errors = try Channel()
    let child = try start(arguments, output: output.writing, errors: errors.writing)
    output.closeWriting()
    errors.closeWriting()
    let read = Channel.readAll([output.reading, errors.reading])
    output.closeReading()
    errors.closeReading()
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Ending(
      code: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: read[0],
      errors: String(decoding: read[1], as: UTF8.self))
  }

  /// Starts rclone in the process group of this program, so that an interrupt ends both.
  private func start(
    _ arguments: [String], output: Int32, errors: Int32
  ) throws(StoreError) -> pid_t {
    let (child, code) = ChildSpawn.start(
      path, ["rclone"] + arguments + Self.options, environment: environment, leadsGroup: false
    ) { files in
      posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&files, output, 1)
      posix_spawn_file_actions_adddup2(&files, errors, 2)
    }
    guard code == 0 else { throw StoreError(path: path, "cannot be started", code: code) }
    return child
  }
}

/// A pipe from a child process.
private struct Channel {
  let reading: Int32
  let writing: Int32

  init() throws(StoreError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw StoreError(path: "rclone", "cannot be started: no pipe", code: errno)
    }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  func closeReading() { close(reading) }
  func closeWriting() { close(writing) }

  /// Reads several pipes at once until each is closed, so that none fills up.
  static func readAll(_ ends: [Int32]) -> [[UInt8]] {
    var found: [[UInt8]] = Array(repeating: [], count: ends.count)
    var open = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // A negative descriptor is ignored by the system.
    while open.contains(where: { $0.fd >= 0 }) {
      guard poll(&open, nfds_t(open.count), -1) > 0 else {
        if errno == EINTR { continue }
        break
      }
      for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
        let count = read(open[index].fd, &buffer, buffer.count)
        if count > 0 {
          found[index] += buffer[..<count]
        } else if count == 0 || errno != EINTR {
          open[index].fd = -1
        }
      }
    }
    return found
  }
}
