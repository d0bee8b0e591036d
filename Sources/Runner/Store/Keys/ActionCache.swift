internal import Glibc
public import PipelineDSL

/// The cached results: from a key to the artifacts and metrics of a cell.
public struct ActionCache: Sendable {
  /// What a lookup finds.
  public enum Lookup: Sendable, Hashable {
    /// The result, with every object present with its size.
    case hit(KeyRecord)
    /// No result can be used, for this reason.
    case miss(MissReason)
  }

  /// The outcome of publishing a record.
  public enum Publication: Sendable, Hashable {
    /// It is the first under its key.
    case published
    /// An identical one was published before.
    case identical
    /// A different one was published before, and is kept.
    case divergent(existing: KeyRecord)
    /// A different one was published before, but lacks objects: this one replaces it.
    case replaced(KeyRecord)
  }

  /// The paths of the store.
  public let layout: StoreLayout
  /// The objects to which the results refer.
  public let objects: ObjectStore
  /// The active run for which results are looked up, so that no collection removes them.
  public private(set) var live: LiveRun?

  /// The results in the store of some objects.
  public init(_ objects: ObjectStore) { (self.layout, self.objects) = (objects.layout, objects) }

  /// The same results, with every key that is looked up or published kept by an active run.
  public func kept(by live: LiveRun) -> ActionCache {
    var cache = self
    cache.live = live
    return cache
  }

  /// Looks up the result under a key, and whether all its objects are present.
  public func lookup(_ key: Digest) -> Lookup {
    // Announced first: a collection either sees this, or has moved the result already.
    live?.keep(key)
    do {
      guard let record = try record(key) else { return .miss(.notStored) }
      if let reason = missing(record) { return .miss(reason) }
      return .hit(record)
    } catch {
      return .miss(.keyFile(error))
    }
  }

  /// The record under a key, even if it lacks objects; `nil` if there is none.
  public func record(_ key: Digest) throws(StoreError) -> KeyRecord? {
    let path = layout.file(for: key)
    let content = try OpenFile.ifPresent(path) { file throws(StoreError) in try file.readAll() }
    guard let bytes = content else { return nil }
    let record: KeyRecord
    do { record = try KeyRecord(parsing: bytes) } catch {
      throw StoreError(path: path, error.reason, damaged: true)
    }
    guard record.key == key else {
      throw StoreError(path: path, "contains the result of another key", damaged: true)
    }
    return record
  }

  /// The keys of all results, in order.
  func keys() throws(StoreError) -> [Digest] {
    var keys: [Digest] = []
    try GarbageCollector.forEachFile(in: layout.keys, suffix: ".json") {
      key, _ throws(StoreError) in keys.append(key)
    }
    return keys
  }

  /// Publishes a record, after everything it refers to: whoever finds it finds all of it.
  ///
  /// Objects stored through `objects` are synced first. The first record under a key wins, also
  /// against other processes and hosts, unless it is damaged or lacks objects.
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

  /// Links a file under a name; `false` if the name is taken.
  func claim(_ path: String, with partial: String) throws(StoreError) -> Bool {
    if link(partial, path) == 0 { return true }
    switch errno {
    case EEXIST: return false
    case EPERM, EOPNOTSUPP, ENOSYS, EMLINK:
      // No hard links here. Of two processes at the same moment the later wins, which is harmless:
      // both files are complete.
      if FileStatus(path, followLinks: false) != nil { return false }
      guard rename(partial, path) == 0 else {
        throw StoreError(path: path, "cannot be put in place", code: errno)
      }
      return true
    default: throw StoreError(path: path, "cannot be put in place", code: errno)
    }
  }

  /// Why a record cannot be used, or `nil` if every object is present with its size, here or among
  /// other objects that complete these.
  func missing(_ record: KeyRecord, completedBy other: ObjectStore? = nil) -> MissReason? {
    for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
      let manifest: ArtifactManifest
      do { manifest = try objects.manifest(artifact.digest) } catch {
        guard let theirs = try? other?.manifest(artifact.digest) else {
          return .manifest(port: port, error)
        }
        manifest = theirs
      }
      for file in manifest.files where !objects.contains(file.digest, size: file.size) {
        if let other, other.contains(file.digest, size: file.size) { continue }
        let status = FileStatus(objects.path(file.digest), followLinks: false)
        let state: MissReason.ObjectState =
          status.map {
            $0.kind == .link ? .symbolicLink : .size($0.size, expected: file.size)
          } ?? .missing
        return .object(state, file: file.path, port: port, file.digest)
      }
    }
    return nil
  }
}
