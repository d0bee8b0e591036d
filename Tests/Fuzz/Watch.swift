internal import Foundation

/// Watches a testing process: whether it is alive, and whether it makes progress.
struct Watch {
  /// How a process ended; the reason is nil if it ended well.
  struct Ending {
    let reason: String?
  }

  /// Seconds without a new input after which a process is considered asleep.
  private static let longestSleep = 120.0

  let format: FuzzFormat
  let slot: InputSlot
  var summary: Overseer.Summary
  var restarts = 0
  private var process: pid_t = 0
  private let began = ProcessInfo.processInfo.systemUptime
  private let deadline: Double?
  private var lastBegun: UInt64 = 0
  private var lastChange = 0.0
  private var processorAtChange = 0.0

  init(format: FuzzFormat, slot: InputSlot, seconds: Double?) {
    (self.format, self.slot) = (format, slot)
    summary = Overseer.Summary(format: format.name)
    deadline = seconds.map { [began] in began + $0 }
  }

  /// The remaining seconds, if there is a time limit.
  var secondsLeft: Double? { deadline.map { $0 - ProcessInfo.processInfo.systemUptime } }

  /// Starts this program with other arguments; its standard error goes to a file.
  mutating func spawn(_ words: [String], log: String) throws {
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var arguments = ([executable] + words).map { strdup($0) } + [nil]
    // A backtrace takes seconds; 'repeat' prints it.
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    let code = posix_spawn(&process, executable, &actions, nil, &arguments, &variables)
    guard code == 0 else {
      throw FuzzError("\(executable): cannot be started: \(String(cString: strerror(code)))")
    }
    (lastBegun, processorAtChange) = (.max, 0)
    lastChange = ProcessInfo.processInfo.systemUptime
  }

  /// How the process ended, or `nil` while it runs; a process that hangs is killed.
  mutating func ending(limit: Double) -> Ending? {
    var status: Int32 = 0
    if waitpid(process, &status, WNOHANG) == process {
      unlink(FuzzFile(of: process).path)
      return Self.describe(status)
    }
    let (now, begun) = (ProcessInfo.processInfo.systemUptime, slot[.begun])
    let processor = processorSeconds
    if begun != lastBegun {
      (lastBegun, lastChange, processorAtChange) = (begun, now, processor)
      return nil
    }
    guard processor - processorAtChange > limit || now - lastChange > Self.longestSleep else {
      return nil
    }
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
    unlink(FuzzFile(of: process).path)
    return Ending(reason: "hang: more than \(limit) processor seconds, or no progress")
  }

  /// Adds the counts of the process to the summary, and resets them.
  mutating func count() {
    summary.inputs += Int(slot[.begun])
    summary.taken += Int(slot[.taken])
    summary.outcomes = max(summary.outcomes, Int(slot[.outcomes]))
    summary.mostMemory = max(summary.mostMemory, Int(slot[.mostMemory]))
    summary.mostShare = max(summary.mostShare, Int(slot[.mostShare]))
    summary.sum = slot[.sum]
    summary.seconds = ProcessInfo.processInfo.systemUptime - began
    for word in [InputSlot.Word.begun, .tested, .taken] { slot[word] = 0 }
  }

  /// The processor seconds of the process so far.
  private var processorSeconds: Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else {
      return processorAtChange
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func describe(_ status: Int32) -> Ending {
    let signal = status & 0x7F
    guard signal == 0 else {
      return Ending(reason: "crash: signal \(signal) (\(String(cString: strsignal(signal))))")
    }
    switch (status >> 8) & 0xFF {
    case 0: return Ending(reason: nil)
    case InputTester.Exit.memory: return Ending(reason: "memory")
    case InputTester.Exit.fault: return Ending(reason: "fault")
    case InputTester.Exit.leak: return Ending(reason: "leak")
    case let code: return Ending(reason: "exit status \(code)")
    }
  }
}
