internal import CSQLite
internal import Glibc
internal import PipelineDSL

/// An open file, closed when it goes out of scope.
struct OpenFile: ~Copyable {
  /// The number of bytes read or written by one call.
  static let pieceSize = 1 << 18

  /// The path it was opened at.
  let path: String
  let descriptor: Int32

  /// Opens a file or folder for reading; a symbolic link is an error unless links are followed.
  init(reading path: String, followLinks: Bool = true) throws(StoreError) {
    // Non-blocking, so that a pipe in place of a file cannot hang the reader.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW)
    descriptor = open(path, flags)
    guard descriptor >= 0 else {
      let isLink = errno == ELOOP && !followLinks
      throw StoreError(
        path: path, isLink ? "is a symbolic link, which is not followed" : "cannot be opened",
        code: errno)
    }
    self.path = path
  }

  /// Creates a file that must not exist yet.
  init(creating path: String) throws(StoreError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StoreError(path: path, "cannot be created", code: errno) }
    self.path = path
  }

  /// Wraps an open descriptor, which is closed with the value.
  init(path: String, descriptor: Int32) { (self.path, self.descriptor) = (path, descriptor) }

  deinit { close(descriptor) }

  /// The status of the file.
  func status() throws(StoreError) -> FileStatus {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else {
      throw StoreError(path: path, "cannot be examined", code: errno)
    }
    return FileStatus(raw)
  }

  /// Reads all bytes from the current position to the end.
  func readAll() throws(StoreError) -> [UInt8] {
    let size = try status().size
    var bytes: [UInt8] = []
    // One more than the size, so that the end is detected without reallocation.
    bytes.reserveCapacity(size + 1)
    try forEachPiece(size + 1) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// What `read` returns for a file that is not a link; `nil` if the file does not exist or is removed
  /// meanwhile.
  ///
  /// Through the caches of a network file system, a file that another host removed can still have a
  /// status when it can no longer be opened.
  static func ifPresent<Result>(
    _ path: String, _ read: (borrowing OpenFile) throws(StoreError) -> Result
  ) throws(StoreError) -> Result? {
    do throws(StoreError) {
      return try read(OpenFile(reading: path, followLinks: false))
    } catch {
      if error.isMissing || FileStatus(path, followLinks: false) == nil && errno == ENOENT {
        return nil
      }
      throw error
    }
  }

  /// Reads from the current position to the end; returns the digest and the number of bytes.
  func digest() throws(StoreError) -> (digest: Digest, size: Int) {
    let expected = try status().size
    var hasher = DigestHasher()
    var size = 0
    try forEachPiece(expected + 1) { piece in
      hasher.update(piece)
      size += piece.count
    }
    return (hasher.finish(), size)
  }

  /// Reads piece by piece through one reused buffer, no larger than a given size.
  func forEachPiece(
    _ size: Int, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(size, Self.pieceSize), alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw StoreError(path: path, "cannot be read", code: errno)
      }
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Writes bytes.
  func write(_ bytes: [UInt8]) throws(StoreError) {
    let failure = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    if let failure { throw StoreError(path: path, "cannot be written", code: failure) }
  }

  /// Copies another file from its current position to its end; returns the digest and the number of
  /// bytes.
  func copy(from source: borrowing OpenFile) throws(StoreError) -> (digest: Digest, size: Int) {
    var hasher = DigestHasher()
    var size = 0
    try source.forEachPiece(Self.pieceSize) { piece throws(StoreError) in
      hasher.update(piece)
      size += piece.count
      if let failure = writeAll(piece, to: descriptor) {
        throw StoreError(path: path, "cannot be written", code: failure)
      }
    }
    return (hasher.finish(), size)
  }

  /// Sets the permissions.
  func setMode(_ mode: mode_t) throws(StoreError) {
    guard fchmod(descriptor, mode) == 0 else {
      throw StoreError(path: path, "its permissions cannot be set", code: errno)
    }
  }

  /// Waits until the content, or the entries of a folder, are on the disk.
  func flush() throws(StoreError) {
    // Some file systems cannot flush a folder and report EINVAL; then there is nothing to do.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw StoreError(path: path, "cannot be flushed to the disk", code: errno)
    }
  }

  /// Waits until everything written to the file system of this file is on the disk.
  func flushFileSystem() throws(StoreError) {
    guard syncfs(descriptor) == 0 else {
      throw StoreError(path: path, "its file system cannot be flushed", code: errno)
    }
  }
}
