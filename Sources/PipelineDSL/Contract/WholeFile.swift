internal import Glibc

/// Writes bytes, one run behind the other, to a file that is made or replaced; throws what the system said.
///
/// Goes on where the system takes less than it was given, which Foundation's `Data.write` does not bear: its
/// file comes out damaged. Leaves on failure what was written so far.
public func writeWholeFile(_ runs: [UInt8]..., to path: String) throws(WriteError) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard file >= 0 else { throw WriteError(code: errno) }
  for bytes in runs {
    if let code = bytes.withUnsafeBytes({ writeAll($0, to: file) }) {
      close(file)
      throw WriteError(code: code)
    }
  }
  // Some file systems tell of a failed write no sooner.
  guard close(file) == 0 || errno == EINTR else { throw WriteError(code: errno) }
}

/// Writes all of some bytes to an open file, however little the system takes at a time; gives the error
/// number, if any.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
  var rest = bytes
  while rest.count > 0 {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count < 0, errno == EINTR { continue }
    // A system that takes nothing and names no reason has no room.
    guard count > 0 else { return count < 0 ? errno : ENOSPC }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
  return nil
}

/// Why a file could not be written, in the system's words.
public struct WriteError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  /// The reason, in the system's words.
  public var description: String { String(cString: strerror(code)) }
}
