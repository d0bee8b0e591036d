internal import Glibc

/// An error of the store or the record, with the file it concerns.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What went wrong, and a hint if there is one.
  public let reason: String
  /// The message of the operating system or SQLite, if there is one.
  public let system: String?
  /// Whether stored data is damaged, rather than merely unreachable: exit code 6.
  public let damaged: Bool
  /// Whether the operating system reported that the file does not exist.
  private(set) var isMissing = false

  /// Creates an error.
  public init(path: String, _ reason: String, system: String? = nil, damaged: Bool = false) {
    (self.path, self.reason) = (path, reason)
    (self.system, self.damaged) = (system, damaged)
  }

  /// Creates an error from the `errno` of a system call.
  init(path: String, _ reason: String, code: Int32) {
    let hint = code == ENOSPC || code == EDQUOT ? "; free some space and run again" : ""
    self.init(path: path, reason + hint, system: String(cString: strerror(code)))
    isMissing = code == ENOENT
  }

  /// `path: reason (system text)`.
  public var description: String {
    "\(path): \(reason)" + (system.map { " (\($0))" } ?? "")
  }
}
