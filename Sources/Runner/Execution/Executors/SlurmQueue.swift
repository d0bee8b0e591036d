/// What `squeue` says about the jobs of a run: a hint, never the truth about a result.
struct SlurmQueue: Sendable {
  /// A task of a job array.
  struct Task: Sendable, Hashable {
    /// The number of the array.
    let array: String
    /// The index of the task in it.
    let index: Int
  }

  /// The state of a task.
  struct State: Sendable, Hashable {
    /// Such as `PENDING`.
    let name: String
    /// Why it is in this state, such as `Resources`.
    let reason: String

    /// Whether the task may still produce a result.
    var isAlive: Bool { !Self.ended.contains(name) }
    /// Whether it waits in the queue.
    var isPending: Bool { ["PENDING", "REQUEUED", "REQUEUE_HOLD", "CONFIGURING"].contains(name) }

    /// The states after which nothing follows.
    private static let ended: Set = [
      "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL",
      "OUT_OF_MEMORY", "PREEMPTED", "RECONFIG_FAIL", "REVOKED", "TIMEOUT",
    ]
    /// States that are not the fault of the job: it may run elsewhere.
    static let lost: Set = [
      "BOOT_FAIL", "LAUNCH_FAILED", "NODE_FAIL", "PREEMPTED", "RECONFIG_FAIL", "REVOKED",
    ]
  }

  private(set) var states: [Task: State] = [:]
  /// The arrays by the comment they were submitted with.
  private(set) var arrays: [String: String] = [:]

  /// The format of `squeue -o`: the task, its array and index, its state and the reason, the comment.
  static let format = "%i|%F|%K|%T|%r|%k"

  /// The command that lists all jobs with some names, also those that ended a moment ago.
  static func words(_ names: Set<String>) -> [String] {
    [
      "squeue", "-h", "-r", "-t", "all", "-n", names.sorted().joined(separator: ","), "-o", format,
    ]
  }

  /// Reads the output of `squeue -h -r`; lines of other forms are ignored.
  init(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 6, Int(parts[1]) != nil else { continue }
      let index = Int(parts[2]) ?? 0
      // `CANCELLED by 0` is how newer versions say who did it.
      let name = parts[3].prefix { $0 != " " && $0 != "+" }
      states[Task(array: parts[1], index: index)] = State(name: String(name), reason: parts[4])
      arrays[parts[5...].joined(separator: "|")] = parts[1]
    }
  }
}
