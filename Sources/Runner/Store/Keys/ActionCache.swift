internal import Glibc
public import PipelineDSL

/// Which results are known: from a stage's key to what it gave.
public struct ActionCache: Sendable {
  /// What a lookup finds.
  public enum Lookup: Sendable, Hashable {
    /// The result, all of whose objects are there with their sizes.
    case hit(KeyRecord)
    /// There is nothing to use, for this reason.
    case miss(reason: String)
  }

  /// What became of a record that was to be published.
  public enum Publication: Sendable, Hashable {
    /// It is the first under its key.
    case published
    /// Another was there already and says the same.
    case identical
    /// Another was there already, says something else, and stands.
    case divergent(existing: KeyRecord)
    /// Another was there and said something else, but objects of it are missing: this one stands.
    case replaced(KeyRecord)
  }

  /// The reason of a miss where nothing is stored under a key.
  public static let notStored = "no result is stored under its key"

  /// Where the store lies.
  public let layout: StoreLayout
  /// The objects to which the results refer.
  public let objects: ObjectStore
  /// The run in progress for which results are looked up, so that no collection takes them from it.
  public private(set) var live: LiveRun?

  /// The results in the store of some objects.
  public init(_ objects: ObjectStore) { (self.layout, self.objects) = (objects.layout, objects) }

  /// The same results, of which a run keeps whatever it asks for or publishes.
  public func kept(by live: LiveRun) -> ActionCache {
    var cache = self
    cache.live = live
    return cache
  }

  /// Looks for the result under a key, and whether all of it is there.
  public func lookup(_ key: Digest) -> Lookup {
    // Before it is looked for: whoever collects garbage sees it, or has moved it already.
    live?.keep(key)
    do {
      guard let record = try record(key) else { return .miss(reason: Self.notStored) }
      if let reason = missing(record) { return .miss(reason: reason) }
      return .hit(record)
    } catch {
      return .miss(reason: "the stored result cannot be used: \(error)")
    }
  }

  /// The record under a key, whether or not its objects are there; `nil` if there is none.
  public func record(_ key: Digest) throws(StoreError) -> KeyRecord? {
    let path = layout.file(for: key)
    let bytes: [UInt8]
    do { bytes = try OpenFile(reading: path, followLinks: false).readAll() } catch {
      if FileStatus(path, followLinks: false) == nil, errno == ENOENT { return nil }
      throw error
    }
    let record: KeyRecord
    do { record = try KeyRecord(parsing: bytes) } catch {
      throw StoreError(path: path, error.reason, damaged: true)
    }
    guard record.key == key else {
      throw StoreError(path: path, "holds the result of another key", damaged: true)
    }
    return record
  }

  /// Stores a record, last of all that a stage gave: whoever finds it finds everything.
  ///
  /// Objects stored through `objects` are secured first. The first record under a key wins, also
  /// against other processes and hosts; one that is damaged or has lost objects gives way.
  public func publish(_ record: KeyRecord) throws(StoreError) -> Publication {
    live?.keep(record.key)
    try objects.sync()
    let path = layout.file(for: record.key)
    let folder = String(path.dropLast(68))
    let partial = layout.newIncoming()
    defer { unlink(partial) }
    do {
      let file = try OpenFile(creating: partial)
      try file.write(record.bytes)
      try file.setMode(0o444)
      try file.flush()
    }
    if FileStatus(folder) == nil {
      try Folder.create(folder)
      try OpenFile(reading: layout.keys).flush()
    }
    guard try !claim(path, with: partial) else {
      try OpenFile(reading: folder).flush()
      return .published
    }
    let existing = try? self.record(record.key)
    if let existing, missing(existing) == nil {
      return existing.agrees(with: record) ? .identical : .divergent(existing: existing)
    }
    guard rename(partial, path) == 0 else {
      throw StoreError(path: path, "cannot be put in place", code: errno)
    }
    try OpenFile(reading: folder).flush()
    guard let existing else { return .published }
    return existing.agrees(with: record) ? .identical : .replaced(existing)
  }

  /// Gives a file a name that nobody has; `false` if somebody has it.
  func claim(_ path: String, with partial: String) throws(StoreError) -> Bool {
    if link(partial, path) == 0 { return true }
    switch errno {
    case EEXIST: return false
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      // No second names here. Of two that come at the same moment the later wins, which is harmless:
      // both are whole.
      if FileStatus(path, followLinks: false) != nil { return false }
      guard rename(partial, path) == 0 else {
        throw StoreError(path: path, "cannot be put in place", code: errno)
      }
      return true
    default: throw StoreError(path: path, "cannot be put in place", code: errno)
    }
  }

  /// Why a record cannot be used, or `nil` if all its objects are there with their sizes.
  func missing(_ record: KeyRecord) -> String? {
    for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
      let manifest: ArtifactManifest
      do { manifest = try objects.manifest(artifact.digest) } catch {
        return "the manifest of '\(port)' cannot be used: \(error)"
      }
      for file in manifest.files where !objects.contains(file.digest, size: file.size) {
        let status = FileStatus(objects.path(file.digest), followLinks: false)
        let what =
          status.map {
            $0.kind == .link
              ? "is a symbolic link" : "has \($0.size) bytes instead of \(file.size)"
          } ?? "is missing"
        return "\(file.path) of '\(port)' \(what) (object \(file.digest.short))"
      }
    }
    return nil
  }
}
