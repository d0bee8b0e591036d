internal import Glibc
internal import PipelineDSL

extension ObjectStore {
  /// Copies an object from another store and verifies it; returns its size in bytes.
  ///
  /// - Throws: `StoreError` if the content does not match the digest, marked as damage and with the
  ///   path in the other store; nothing is stored then.
  func copy(_ digest: Digest, from other: ObjectStore) throws(StoreError) -> Int {
    let source = other.path(digest)
    let partial = layout.newIncoming()
    do throws(StoreError) {
      let input = try Self.open(source)
      let file = try OpenFile(creating: partial)
      let (found, size) = try file.copy(from: input)
      guard found == digest else {
        throw StoreError(path: source, "the content does not match its digest", damaged: true)
      }
      try file.setMode(0o444)
      if flushesEachFile { try file.flush() }
      try place(partial, as: digest)
      return size
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Opens an object; a missing file, or anything but a regular file in its place, is damage.
  static func open(_ path: String) throws(StoreError) -> OpenFile {
    guard let status = FileStatus(path, followLinks: false) else {
      throw StoreError(path: path, "the object is missing", damaged: true)
    }
    guard status.kind == .file else {
      let what = status.kind == .link ? "a symbolic link" : "not a regular file"
      throw StoreError(path: path, "is \(what), which a store must not contain", damaged: true)
    }
    return try OpenFile(reading: path, followLinks: false)
  }
}
