internal import Glibc

extension OpenFile {
  /// The outcome of trying to take a lock.
  enum Lock: Sendable, Hashable {
    /// The lock is held until the file is closed or the process ends.
    case taken
    /// Another process holds the lock.
    case held
    /// The file system does not support locks.
    case unsupported
  }

  /// Opens a file for appending, and creates it if it is missing; a symbolic link is an error.
  init(appending path: String) throws(StoreError) {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
    let descriptor = open(path, flags, 0o666)
    guard descriptor >= 0 else { throw StoreError(path: path, "cannot be opened", code: errno) }
    self.init(path: path, descriptor: descriptor)
  }

  /// Tries to take the exclusive lock of the file, without waiting.
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

  /// Waits for the exclusive lock, where locks are supported.
  func waitForLock() {
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR { continue }
  }

  /// Sets the times of the file to now.
  @discardableResult
  func touch() -> Bool { futimens(descriptor, nil) == 0 }

  /// Writes bytes; returns how many were written, fewer on a full disk, or `nil` if none could be.
  func append(_ bytes: [UInt8]) -> Int? {
    while true {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      guard errno == EINTR else { return nil }
    }
  }
}
