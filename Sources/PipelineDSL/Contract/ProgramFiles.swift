internal import Synchronization

/// What is known about the programs and files that cells name, so that a plan asks the system once for
/// all cells that share a word.
///
/// What it found is not looked up again: it is for one plan.
public final class ProgramFiles: Sendable {
  private struct Known {
    var executables: [String: String?] = [:]
    var files: [String: Bool] = [:]
  }

  private let known = Mutex(Known())
  /// The number of answers of each kind that are kept: words that differ in every cell of a large grid
  /// would take more memory than they save time.
  private static let limit = 1 << 16

  /// Creates a memory without answers.
  public init() {}

  /// The executable of a program's name along a search path, from `find` the first time.
  public func executable(
    _ name: String, along path: String, _ find: (String, String) -> String?
  ) -> String? {
    let key = "\(name)\0\(path)"
    if let found = known.withLock({ $0.executables[key] }) { return found }
    let found = find(name, path)
    known.withLock {
      if $0.executables.count < Self.limit { $0.executables[key] = .some(found) }
    }
    return found
  }

  /// Whether a path leads to a file, by `check` the first time.
  public func isFile(_ path: String, _ check: (String) -> Bool) -> Bool {
    if let found = known.withLock({ $0.files[path] }) { return found }
    let found = check(path)
    known.withLock { if $0.files.count < Self.limit { $0.files[path] = found } }
    return found
  }
}
