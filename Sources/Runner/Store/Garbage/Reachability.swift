internal import PipelineDSL

/// The objects that results need, found by following keys to artifacts to files.
///
/// Holds one 32-byte digest per object and no names, so that a store with millions of objects fits
/// in memory.
struct Reachability {
  /// Why an object is needed.
  struct Need: Sendable {
    /// The strongest reason.
    let reason: KeepReason.Group
    /// Its size in bytes, where the reference states it; otherwise -1.
    let size: Int
  }

  /// What a key refers to.
  struct Found: Sendable {
    var objects: [(digest: Digest, size: Int)] = []
    var artifacts: [Digest] = []
  }

  private let cache: ActionCache
  private let threads: Int
  private(set) var objects: [Digest: Need] = [:]
  /// Artifacts whose files were added.
  private var artifacts: Set<Digest> = []
  /// Artifacts whose manifests are missing, with the reasons why they are needed.
  private(set) var lost: [Digest: KeepReason.Group] = [:]

  init(_ cache: ActionCache, threads: Int) { (self.cache, self.threads) = (cache, threads) }

  /// Adds what keys need.
  ///
  /// - Throws: `StoreError` if a key file or manifest is damaged, since what it needs is unknown.
  mutating func add(keys: [Digest], for reason: KeepReason.Group) throws(StoreError) {
    for start in stride(from: 0, to: keys.count, by: 1024) {
      let part = Array(keys[start..<min(start + 1024, keys.count)])
      let cache = cache
      let found = ParallelMap.run(part.count, threads: threads) { index in
        Self.found(part[index], cache)
      }
      var waiting: [Digest] = []
      for result in found {
        let found = try result.get()
        for (digest, size) in found.objects { note(digest, size, reason) }
        for artifact in found.artifacts where !artifacts.contains(artifact) {
          waiting.append(artifact)
        }
      }
      try add(artifacts: waiting, for: reason)
    }
  }

  /// Adds objects that no key refers to.
  mutating func add(objects: some Sequence<Digest>, for reason: KeepReason.Group) {
    for object in objects { note(object, -1, reason) }
  }

  /// Adds artifacts with all their files.
  mutating func add(artifacts: [Digest], for reason: KeepReason.Group) throws(StoreError) {
    let fresh = Array(Set(artifacts).subtracting(self.artifacts)).sorted()
    let cache = cache
    let found = ParallelMap.run(fresh.count, threads: threads) { index in
      Self.files(of: fresh[index], cache)
    }
    for (artifact, result) in zip(fresh, found) {
      self.artifacts.insert(artifact)
      guard let found = try result.get() else {
        if lost[artifact] == nil { lost[artifact] = reason }
        continue
      }
      for (digest, size) in found { note(digest, size, reason) }
    }
  }

  /// Retries an artifact whose manifest was missing.
  mutating func retry(_ artifact: Digest) throws(StoreError) {
    guard let reason = lost.removeValue(forKey: artifact) else { return }
    artifacts.remove(artifact)
    try add(artifacts: [artifact], for: reason)
  }

  private mutating func note(_ digest: Digest, _ size: Int, _ reason: KeepReason.Group) {
    // Objects with stronger reasons are added first.
    if objects[digest] == nil { objects[digest] = Need(reason: reason, size: size) }
  }

  // MARK: Reading

  private static let refusal =
    "; what it needs is unknown, so nothing is collected; remove the file and run again"

  /// What a key refers to directly: artifacts, its log, and the file lists of its locations.
  static func found(_ key: Digest, _ cache: ActionCache) -> Result<Found, StoreError> {
    do throws(StoreError) {
      var found = Found()
      guard let record = try cache.record(key) else { return .success(found) }
      if let log = record.log { found.objects.append((log, -1)) }
      for location in Self.locations(of: record) { found.objects.append((location.digest, -1)) }
      found.artifacts = record.artifacts.values.map(\.digest)
      return .success(found)
    } catch {
      return .failure(
        StoreError(
          path: error.path,
          error.reason + Self.refusal, system: error.system, damaged: true))
    }
  }

  /// The file lists of a key's locations at the time it was computed.
  static func locations(of record: KeyRecord) -> [(name: String, digest: Digest)] {
    guard let members = (try? record.preImage)?["locations"]?.object?.members else { return [] }
    return members.compactMap { member in
      member.value.text.flatMap { Digest(hex: $0) }.map { (member.name, $0) }
    }
  }

  /// The objects of an artifact, including its manifest; `nil` if the manifest is missing.
  static func files(
    of artifact: Digest, _ cache: ActionCache
  ) -> Result<[(digest: Digest, size: Int)]?, StoreError> {
    do throws(StoreError) {
      let path = cache.objects.path(artifact)
      guard FileStatus(path, followLinks: false) != nil else { return .success(nil) }
      let bytes = try cache.objects.read(artifact, verify: true)
      let manifest = try ArtifactManifest(parsing: bytes)
      return .success([(artifact, bytes.count)] + manifest.files.map { ($0.digest, $0.size) })
    } catch {
      return .failure(
        StoreError(
          path: error.path.hasPrefix("manifest") ? cache.objects.path(artifact) : error.path,
          error.reason + Self.refusal, system: error.system, damaged: true))
    }
  }
}
