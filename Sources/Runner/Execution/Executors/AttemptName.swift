internal import PipelineDSL

/// The names of the files that workers write into their batch: `<key>.<job>.<restart>.<what>`.
///
/// Every attempt has names of its own, because a cluster may run two copies of a job at once.
struct AttemptName: Sendable, Hashable {
  /// What a file says about an attempt.
  enum Mark: String, Sendable, CaseIterable {
    /// It began, where and when.
    case started
    /// How far it is.
    case progress
    /// Its time limit comes near.
    case limit
    /// It was asked to stop.
    case stopped
    /// How it ended; nothing else counts as an end.
    case result
  }

  let key: Digest
  /// The number of the job.
  let job: String
  /// How often the cluster had started the job again by itself.
  let restart: Int

  func file(_ mark: Mark) -> String { "\(key.hex).\(job).\(restart).\(mark.rawValue)" }

  /// The order of attempts, latest last; numbers of jobs grow.
  static func precedes(_ left: AttemptName, _ right: AttemptName) -> Bool {
    (Int(left.job) ?? 0, left.restart) < (Int(right.job) ?? 0, right.restart)
  }

  /// The attempt and the mark of a file's name; `nil` for other files.
  static func parse(_ name: String) -> (attempt: AttemptName, mark: Mark)? {
    let parts = name.split(separator: ".")
    guard parts.count == 4, let key = Digest(hex: String(parts[0])), let restart = Int(parts[2]),
      let mark = Mark(rawValue: String(parts[3]))
    else { return nil }
    return (AttemptName(key: key, job: String(parts[1]), restart: restart), mark)
  }
}
