internal import Glibc

/// Writes bytes, one run behind the other, to a file that is made or replaced; throws what the system said.
///
/// Goes on where the system takes less than it was given, which Foundation's `Data.write` does not bear: its
/// file comes out damaged. Leaves on failure what was written so far.
public func writeWholeFile(_ runs: [UInt8]..., to path: String) throws(WriteProblem) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard file >= 0 else { throw WriteProblem(code: errno) }
  for bytes in runs {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        // A system that takes nothing and names no reason has no room.
        let problem = WriteProblem(code: count < 0 ? errno : ENOSPC)
        close(file)
        throw problem
      }
      sent += count
    }
  }
  // Some file systems tell of a failed write no sooner.
  guard close(file) == 0 || errno == EINTR else { throw WriteProblem(code: errno) }
}

/// Why a file could not be written, in the system's words.
public struct WriteProblem: Error, Hashable, CustomStringConvertible {
  let code: Int32

  /// The reason, in the system's words.
  public var description: String { String(cString: strerror(code)) }
}
