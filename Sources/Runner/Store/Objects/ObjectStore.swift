internal import Glibc
public import PipelineDSL
internal import Synchronization

/// Files named by the SHA-256 of their content: written once, read-only, never changed.
///
/// `sync()` waits until everything stored is on the disk, once for all outputs of a stage, before
/// its key is published. An object that a crash truncates before that is recognised by its size and
/// stored again, since the file systems in use record a size only together with the content.
public struct ObjectStore: Sendable {
  /// The paths of the store.
  public let layout: StoreLayout
  private let pending = Pending()
  /// Whether each file is flushed by itself.
  ///
  /// A network file system reports that it is full only when a single file is flushed, and persists
  /// names by itself; a local one is flushed fastest as a whole.
  let flushesEachFile: Bool

  /// The objects of a store.
  public init(_ layout: StoreLayout) {
    self.layout = layout
    flushesEachFile = FileSystem.networkName(of: layout.objects) != nil
  }

  /// The path of an object, whether or not it exists.
  public func path(_ digest: Digest) -> String {
    layout.objects + "/" + StoreLayout.split(digest.hex)
  }

  /// Whether an object exists with the given size; its content is not read.
  public func contains(_ digest: Digest, size: Int) -> Bool {
    let status = FileStatus(path(digest), followLinks: false)
    return status?.kind == .file && status?.size == size
  }

  /// Whether an object to be stored already exists undamaged.
  ///
  /// Its times are set to now, so that a garbage collection, which takes only old objects, leaves
  /// it to whoever relies on it from now on. An object that was just removed, or that another user
  /// owns and cannot be touched, is stored again.
  func reuse(_ digest: Digest, size: Int) -> Bool { holds(digest, size: size) && touch(digest) }

  /// Sets the access and status-change times only: the modification time shows whether a program
  /// that was given the object has written to it.
  private func touch(_ digest: Digest) -> Bool {
    // C's UTIME_NOW and UTIME_OMIT, macros that Swift does not import.
    let (now, same) = (
      timespec(tv_sec: 0, tv_nsec: 0x3FFF_FFFF), timespec(tv_sec: 0, tv_nsec: 0x3FFF_FFFE)
    )
    return utimensat(AT_FDCWD, path(digest), [now, same], AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Stores bytes and returns their digest.
  public func write(_ bytes: [UInt8]) throws(StoreError) -> Digest {
    let digest = Digest.of(bytes)
    if holds(digest, bytes), touch(digest) { return digest }
    let partial = layout.newIncoming()
    do {
      let file = try OpenFile(creating: partial)
      try file.write(bytes)
      try file.setMode(0o444)
      if flushesEachFile { try file.flush() }
      try place(partial, as: digest)
    } catch {
      unlink(partial)
      throw error
    }
    return digest
  }

  /// Moves a file into the store, where it becomes read-only; returns its digest and size.
  ///
  /// A file with several hard links, or on another device, is copied. A symbolic link is refused.
  /// After an error the file is where it was.
  @discardableResult
  public func adopt(file path: String) throws(StoreError) -> (digest: Digest, size: Int) {
    let newcomer = try examine(path)
    defer { newcomer.discardCopy() }
    try place(newcomer)
    return (newcomer.digest, newcomer.size)
  }

  /// Moves every regular file below a folder into the store, and stores the manifest.
  ///
  /// - Throws: `StoreError` with the path of a symbolic link, a pipe or another special file, or of
  ///   a name that is not UTF-8 or contains a line break; nothing is moved then. If the disk is
  ///   full, files not yet moved are where they were, and moved files are complete.
  public func adoptFolder(_ path: String) throws(StoreError) -> ArtifactManifest {
    let relative = try Self.regularFiles(below: path)
    // Unicode has two encodings of an accented letter, and stages treat them as the same file name.
    var seen: Set<String> = []
    for name in relative where !seen.insert(name).inserted {
      throw StoreError(
        path: path + "/" + name, "another file has the same name; rename one of them")
    }
    var newcomers: [Newcomer] = []
    defer { for newcomer in newcomers { newcomer.discardCopy() } }
    for name in relative { newcomers.append(try examine(path + "/" + name)) }
    for newcomer in newcomers { try place(newcomer) }
    let manifest = ArtifactManifest(
      zip(relative, newcomers).map { name, newcomer in
        ArtifactManifest.File(path: name, size: newcomer.size, digest: newcomer.digest)
      })
    _ = try write(manifest.bytes)
    return manifest
  }

  /// The manifest with a digest, verified against it.
  public func manifest(_ digest: Digest) throws(StoreError) -> ArtifactManifest {
    do {
      return try ArtifactManifest(parsing: try read(digest, verify: true))
    } catch {
      guard error.path.hasPrefix("manifest") else { throw error }
      throw StoreError(path: path(digest), "\(error)", damaged: true)
    }
  }

  /// The bytes of an object, verified against the digest if requested.
  public func read(_ digest: Digest, verify: Bool) throws(StoreError) -> [UInt8] {
    let path = path(digest)
    let status = FileStatus(path, followLinks: false)
    guard status != nil || errno != ENOENT else {
      throw StoreError(path: path, "the object is missing from the store", damaged: true)
    }
    guard status?.kind != .link else {
      throw StoreError(path: path, "a symbolic link in place of an object", damaged: true)
    }
    let bytes = try OpenFile(reading: path, followLinks: false).readAll()
    guard !verify || Digest.of(bytes) == digest else {
      throw StoreError(path: path, "the content does not match its digest", damaged: true)
    }
    return bytes
  }

  /// Waits until everything stored through this value and its copies is on the disk.
  ///
  /// - Throws: `StoreError` if the disk could not store it. The objects in question are removed
  ///   then: the system counts what it failed to write as written, so that nothing would ever write
  ///   it again.
  public func sync() throws(StoreError) {
    let stored = pending.take()
    guard !stored.isEmpty, !flushesEachFile else { return }
    do { try OpenFile(reading: layout.objects).flushFileSystem() } catch {
      for digest in stored { unlink(path(digest)) }
      throw error
    }
  }

  /// Removes an object that nothing refers to, if it exists.
  func discard(_ digest: Digest) { unlink(path(digest)) }

  // MARK: Storing

  /// A file that is about to become an object.
  private struct Newcomer {
    /// The file to move: the original, or a copy of it.
    let path: String
    let original: String
    let digest: Digest
    let size: Int

    func discardCopy() { if path != original { unlink(path) } }
  }

  private func examine(_ path: String) throws(StoreError) -> Newcomer {
    let file = try OpenFile(reading: path, followLinks: false)
    let status = try file.status()
    guard status.kind == .file else { throw StoreError(path: path, "is not a regular file") }
    // A file with another hard link could be changed through it; one on another device cannot be
    // renamed.
    let device = FileStatus(layout.incoming)?.device
    guard status.names > 1 || status.device != device else {
      let (digest, size) = try file.digest()
      return Newcomer(path: path, original: path, digest: digest, size: size)
    }
    let partial = layout.newIncoming()
    do {
      let (digest, size) = try OpenFile(creating: partial).copy(from: file)
      return Newcomer(path: partial, original: path, digest: digest, size: size)
    } catch {
      unlink(partial)
      throw error
    }
  }

  private func place(_ newcomer: Newcomer) throws(StoreError) {
    // Checked again: the same content may occur twice among the newcomers.
    if !reuse(newcomer.digest, size: newcomer.size) {
      let file = try OpenFile(reading: newcomer.path, followLinks: false)
      try file.setMode(0o444)
      if flushesEachFile { try file.flush() }
      try place(newcomer.path, as: newcomer.digest)
      if newcomer.path == newcomer.original { return }
    }
    unlink(newcomer.original)
  }

  /// Renames an incoming file to the path of its object, replacing what is there.
  func place(_ partial: String, as digest: Digest) throws(StoreError) {
    let target = path(digest)
    pending.add(digest)
    if rename(partial, target) == 0 { return }
    guard errno == ENOENT else {
      throw StoreError(path: target, "cannot be put in place", code: errno)
    }
    try Folder.create(String(target.dropLast(63)))
    guard rename(partial, target) == 0 else {
      throw StoreError(path: target, "cannot be put in place", code: errno)
    }
  }

  private static func regularFiles(below root: String) throws(StoreError) -> [String] {
    var found: [String] = []
    var folders = [""]
    while let prefix = folders.popLast() {
      for entry in try Folder.entries(prefix.isEmpty ? root : root + "/" + prefix) {
        let path = prefix.isEmpty ? entry.name : prefix + "/" + entry.name
        guard entry.isPlain else {
          throw StoreError(
            path: root + "/" + path, "file names in an artifact must be UTF-8 without line breaks")
        }
        switch entry.kind {
        case .file: found.append(path)
        case .folder: folders.append(path)
        case .link:
          throw StoreError(
            path: root + "/" + path,
            "an artifact must not contain symbolic links; write the file itself")
        case .special:
          throw StoreError(path: root + "/" + path, "an artifact must contain only regular files")
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// Objects that were stored and may not be on the disk yet.
private final class Pending: Sendable {
  private let digests = Mutex<[Digest]>([])

  func add(_ digest: Digest) { digests.withLock { $0.append(digest) } }

  func take() -> [Digest] {
    digests.withLock { digests in
      defer { digests = [] }
      return digests
    }
  }
}
