internal import Foundation
internal import Glibc
internal import PipelineDSL

/// Runs a program to its end in this process's own group, and reads its output line by line.
///
/// Foundation's `Process` is not used: the child must stay in the worker's process group, so that
/// it dies with it, and must not inherit the worker's open files.
struct ChildProcess {
  /// How a program ended.
  enum Ending: Sendable, Hashable {
    /// It exited with a status.
    case exit(Int32)
    /// It was terminated by a signal.
    case signal(Int32)
  }

  /// The file to run.
  let executable: String
  /// The arguments, starting with the program's own name.
  let arguments: [String]
  /// The complete environment.
  let environment: [String: String]

  /// Runs the program; `line` receives each line of its output and error streams as it arrives.
  ///
  /// Standard input is empty. Lines longer than 16 KiB are split. A background process that keeps
  /// the output open does not delay the return once the program itself has ended.
  func run(_ line: (String) -> Void) throws(StageError) -> Ending {
    var streams: [LineReader] = []
    var writers: [Int32] = []
    defer { for reader in streams { reader.close() } }
    do throws(StageError) {
      for _ in 0..<2 {
        let (reader, writer) = try Self.pipe()
        streams.append(LineReader(descriptor: reader))
        writers.append(writer)
      }
    } catch {
      for writer in writers { close(writer) }
      throw error
    }
    let spawned = spawn(output: writers[0], errors: writers[1])
    for writer in writers { close(writer) }
    let child = try spawned.get()
    var ending: Ending?
    while ending == nil, streams.contains(where: { !$0.ended }) {
      if Self.wait(for: &streams, milliseconds: 100) {
        for index in streams.indices { streams[index].readReady(line) }
      } else {
        ending = try Self.ending(of: child, WNOHANG)
      }
    }
    if ending == nil { ending = try Self.ending(of: child, 0) }
    // Everything written before the end is already in the pipe.
    while Self.wait(for: &streams, milliseconds: 0) {
      for index in streams.indices { streams[index].readReady(line) }
    }
    for index in streams.indices { streams[index].flush(line) }
    guard let ending else { throw StageError("the program's exit status was lost") }
    return ending
  }

  private func spawn(output: Int32, errors: Int32) -> Result<pid_t, StageError> {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    for descriptor in Self.openDescriptors where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    // A worker may ignore or block signals; its programs start with the defaults, as from a shell.
    var (none, defaults) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] {
      sigaddset(&defaults, signal)
    }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    let pairs = environment.sorted { $0.key < $1.key }
    var variables: [UnsafeMutablePointer<CChar>?] =
      pairs.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var child = pid_t()
    let problem = posix_spawn(&child, executable, &actions, &attributes, &words, &variables)
    guard problem == 0 else {
      return .failure(
        StageError("\(executable): cannot be started: \(Self.message(problem))"))
    }
    return .success(child)
  }

  /// The open descriptors of this process; closing one that is already closed is harmless.
  private static var openDescriptors: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [])
      .compactMap { Int32($0) }.sorted()
  }

  private static func pipe() throws(StageError) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else {
      throw StageError("cannot create a pipe: \(message(errno))")
    }
    return (ends[0], ends[1])
  }

  /// Waits for output; returns whether there is any, and marks the streams that have it.
  private static func wait(for streams: inout [LineReader], milliseconds: Int32) -> Bool {
    var polls = streams.map {
      pollfd(fd: $0.ended ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { return false }
    for index in streams.indices { streams[index].isReady = polls[index].revents != 0 }
    return true
  }

  private static func ending(of child: pid_t, _ options: Int32) throws(StageError) -> Ending? {
    var status: Int32 = 0
    while true {
      let found = waitpid(child, &status, options)
      if found == 0 { return nil }
      if found == child { break }
      guard errno == EINTR else {
        throw StageError("the program's exit status was lost: \(message(errno))")
      }
    }
    // The macros of <sys/wait.h> are not imported.
    let signal = status & 0x7F
    return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
  }

  private static func message(_ number: Int32) -> String { String(cString: strerror(number)) }
}
