internal import Glibc

/// Why the store or the record could not do what was asked, and with which file.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  public let path: String
  /// What went wrong, and the hint where one is known.
  public let reason: String
  /// What the operating system or SQLite said, if it was asked.
  public let system: String?
  /// Whether what is stored is broken, rather than merely out of reach: exit code 6.
  public let damaged: Bool

  /// An error.
  public init(path: String, _ reason: String, system: String? = nil, damaged: Bool = false) {
    (self.path, self.reason) = (path, reason)
    (self.system, self.damaged) = (system, damaged)
  }

  /// An error of a system call that set `errno`.
  init(path: String, _ reason: String, code: Int32) {
    let hint = code == ENOSPC || code == EDQUOT ? "; free some space and run again" : ""
    self.init(path: path, reason + hint, system: String(cString: strerror(code)))
  }

  /// `path: reason (system text)`.
  public var description: String {
    "\(path): \(reason)" + (system.map { " (\($0))" } ?? "")
  }
}
