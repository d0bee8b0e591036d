internal import Glibc

extension OpenFile {
  /// What came of asking for a lock.
  enum Lock: Sendable, Hashable {
    /// It is held from now until the file is closed, which the end of the process does too.
    case taken
    /// Somebody else holds it.
    case held
    /// The file system keeps no locks.
    case unsupported
  }

  /// Opens a file to append to it, and creates it if it is missing; a symbolic link is an error.
  init(appending path: String) throws(StoreError) {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { throw StoreError(path: path, "cannot be opened", code: errno) }
    self.init(path: path, descriptor: descriptor)
  }

  /// Asks for the lock that one process has at a time, and does not wait for it.
  func lock() -> Lock {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: return .held
      default: return .unsupported
      }
    }
    return .taken
  }

  /// Waits for the lock, where there are any.
  func waitForLock() {
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR { continue }
  }

  /// Sets its time to now.
  @discardableResult
  func touch() -> Bool { futimens(descriptor, nil) == 0 }

  /// Writes bytes; gives how many were written, which is fewer on a full disk, or `nil` for none.
  func append(_ bytes: [UInt8]) -> Int? {
    while true {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      guard errno == EINTR else { return nil }
    }
  }
}
