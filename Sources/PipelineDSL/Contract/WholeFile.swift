internal import Glibc

/// Writes sequences of bytes in order to a new or replaced file; throws the system's error.
///
/// Continues after a partial write, which Foundation's `Data.write` does not handle: it leaves a
/// damaged file. On failure, the bytes written so far remain.
public func writeWholeFile(_ runs: [UInt8]..., to path: String) throws(WriteError) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard file >= 0 else { throw WriteError(code: errno) }
  for bytes in runs {
    if let code = bytes.withUnsafeBytes({ writeAll($0, to: file) }) {
      close(file)
      throw WriteError(code: code)
    }
  }
  // Some file systems report a failed write only on close.
  guard close(file) == 0 || errno == EINTR else { throw WriteError(code: errno) }
}

/// Writes all bytes to an open file, also after partial writes; returns the error number, if any.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
  var rest = bytes
  while rest.count > 0 {
    let count = write(descriptor, rest.baseAddress, rest.count)
    if count < 0, errno == EINTR { continue }
    // A write of zero bytes without an error means that there is no space.
    guard count > 0 else { return count < 0 ? errno : ENOSPC }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
  return nil
}

/// Why a file could not be written, as reported by the system.
public struct WriteError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  /// The system's error message.
  public var description: String { String(cString: strerror(code)) }
}
