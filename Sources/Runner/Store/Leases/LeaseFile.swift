internal import Glibc

/// A lease file that is open, with the kernel's lock on it.
///
/// The lock belongs to the open file description, so that it ends with the process however that
/// ends, and no other descriptor of the same process takes it away. It is not handed on to programs
/// that are started. Closed by hand, since these are kept in a dictionary.
struct LeaseFile: Sendable {
  /// Who has the lock.
  enum Lock: Sendable, Hashable {
    /// Nobody else: it is this descriptor's, or would be if it asked.
    case own
    /// Another descriptor, here or, where the file system carries locks, on another machine.
    case other
    /// The file system has no locks.
    case unsupported
  }

  /// More than any lease takes; a longer file is none.
  private static let longest = 1 << 16
  // Linux's numbers, which Swift does not see in the C header.
  private static let testLock: Int32 = 36
  private static let setLock: Int32 = 37

  /// Whether the content can be replaced, and the lock taken.
  let isWritable: Bool
  private let descriptor: Int32
  private let inode: Int
  private let device: Int

  /// Opens a lease file; `nil` if there is none.
  ///
  /// One that belongs to another user and cannot be written is opened for reading: its holder can
  /// be seen all the same.
  init?(opening path: String) throws(StoreError) {
    // Not blocking, so that a pipe put in its place cannot hang the run.
    let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    var descriptor = open(path, O_RDWR | flags)
    let isWritable = descriptor >= 0 || errno != EACCES
    if !isWritable { descriptor = open(path, O_RDONLY | flags) }
    if descriptor < 0, errno == ENOENT { return nil }
    try self.init(descriptor, path, isWritable: isWritable)
  }

  /// Creates a lease file that must not be there yet.
  init(creating path: String) throws(StoreError) {
    // Others of the group may take it over where the user's mask lets them.
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
      throw StoreError(path: path, "a lease is a regular file")
    }
    let status = FileStatus(raw)
    (self.descriptor, inode, device) = (descriptor, status.inode, status.device)
    self.isWritable = isWritable
  }

  func close() { Glibc.close(descriptor) }

  // MARK: The lock

  /// Takes the lock if nobody else has it.
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

  /// Who has the lock, without taking it.
  func lockSeen() -> Lock {
    var range = Self.range
    guard fcntl(descriptor, Self.testLock, &range) == 0 else { return .unsupported }
    return Int32(range.l_type) == F_UNLCK ? .own : .other
  }

  /// One byte far behind the content: some network file systems let nobody read what is locked.
  private static var range: flock {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = 1 << 30
    range.l_len = 1
    return range
  }

  // MARK: Content

  /// Whether the file still stands under a name.
  func isAt(_ path: String) -> Bool {
    let status = FileStatus(path, followLinks: false)
    return status?.inode == inode && status?.device == device
  }

  /// All bytes; none if it cannot be read.
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
  /// What a full disk cuts off is missed by nobody where the lock tells who lives.
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
    // Seldom so, as a lease grows; and file systems work even where nothing is to be cut off.
    if size > written { ftruncate(descriptor, off_t(written)) }
    // Another machine sees only what has reached the server.
    if flush { fsync(descriptor) }
  }
}
