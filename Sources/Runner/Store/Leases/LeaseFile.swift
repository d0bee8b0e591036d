internal import Glibc

/// An open lease file, which may hold a kernel lock.
///
/// The lock belongs to the open file description: it is released when the process ends, however it
/// ends, and not by closing another descriptor of the same process. Programs that the process
/// starts do not inherit it. Closed explicitly, since these values are kept in a dictionary.
struct LeaseFile: Sendable {
  /// Who holds the lock.
  enum Lock: Sendable, Hashable {
    /// No other descriptor: this one holds it or could take it.
    case own
    /// Another descriptor, on this machine or, where the file system shares locks, on another.
    case other
    /// The file system does not support locks.
    case unsupported
  }

  /// More bytes than any lease has; a longer file is not a lease.
  private static let longest = 1 << 16
  // Linux's F_OFD_GETLK and F_OFD_SETLK, which Swift does not import.
  private static let testLock: Int32 = 36
  private static let setLock: Int32 = 37

  /// Whether the content can be replaced, and the lock taken.
  let isWritable: Bool
  private let descriptor: Int32
  private let inode: Int
  private let device: Int

  /// Opens a lease file; `nil` if it does not exist.
  ///
  /// A file that another user owns and that cannot be written is opened for reading, so that its
  /// holder can still be seen.
  init?(opening path: String) throws(StoreError) {
    // Non-blocking, so that a pipe in its place cannot hang the run.
    let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    var descriptor = open(path, O_RDWR | flags)
    let isWritable = descriptor >= 0 || errno != EACCES
    if !isWritable { descriptor = open(path, O_RDONLY | flags) }
    if descriptor < 0, errno == ENOENT { return nil }
    try self.init(descriptor, path, isWritable: isWritable)
  }

  /// Creates a lease file that must not exist yet.
  init(creating path: String) throws(StoreError) {
    // Other members of the group may take it over if the umask permits.
    let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
    try self.init(open(path, flags, 0o666), path, isWritable: true)
  }

  private init(
    _ descriptor: Int32, _ path: String, isWritable: Bool
  ) throws(StoreError) {
    guard descriptor >= 0 else {
      throw StoreError(path: path, "the lease cannot be opened", code: errno)
    }
    var raw = stat()
    guard fstat(descriptor, &raw) == 0, FileStatus(raw).kind == .file else {
      Glibc.close(descriptor)
      throw StoreError(path: path, "the lease is not a regular file")
    }
    let status = FileStatus(raw)
    (self.descriptor, inode, device) = (descriptor, status.inode, status.device)
    self.isWritable = isWritable
  }

  func close() { Glibc.close(descriptor) }

  // MARK: The lock

  /// Takes the lock if no other descriptor holds it.
  func lock() -> Lock {
    var range = Self.range
    while fcntl(descriptor, Self.setLock, &range) != 0 {
      switch errno {
      case EINTR: continue
      case EAGAIN, EACCES: return .other
      // It is open for reading only.
      case EBADF: return lockSeen()
      default: return .unsupported
      }
    }
    return .own
  }

  /// Who holds the lock, without taking it.
  func lockSeen() -> Lock {
    var range = Self.range
    guard fcntl(descriptor, Self.testLock, &range) == 0 else { return .unsupported }
    return Int32(range.l_type) == F_UNLCK ? .own : .other
  }

  /// One byte far beyond the content: on some network file systems nobody can read what is locked.
  private static var range: flock {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = 1 << 30
    range.l_len = 1
    return range
  }

  // MARK: Content

  /// Whether a path still leads to this file.
  func isAt(_ path: String) -> Bool {
    let status = FileStatus(path, followLinks: false)
    return status?.inode == inode && status?.device == device
  }

  /// All bytes; empty if the file cannot be read.
  func read() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var filled = 0
    while true {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled, off_t(filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      filled += count
      guard filled < Self.longest else { return [] }
      if filled == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
    }
    return Array(bytes[..<filled])
  }

  private var size: Int {
    var raw = stat()
    return fstat(descriptor, &raw) == 0 ? Int(raw.st_size) : 0
  }

  /// Replaces the content in place.
  ///
  /// Content that a full disk cuts off does not matter where the lock shows who lives.
  func write(_ bytes: [UInt8], flush: Bool) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written, off_t(written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      written += count
    }
    // Rarely true, as leases grow; file systems do work even if there is nothing to cut off.
    if size > written { ftruncate(descriptor, off_t(written)) }
    // Another machine sees only what has reached the server.
    if flush { fsync(descriptor) }
  }
}
