internal import PipelineDSL

/// Which objects results need: found by going from keys to artifacts to files.
///
/// Holds a digest of 32 bytes an object and none of their names, so that a store of millions fits.
struct Reachability {
  /// An object that is needed.
  struct Need: Sendable {
    /// The strongest reason for which it is.
    let reason: KeepReason.Group
    /// Its bytes, as whoever names it says; -1 if nobody does.
    let size: Int
  }

  /// What one key or artifact leads to.
  struct Found: Sendable {
    var objects: [(digest: Digest, size: Int)] = []
    var artifacts: [Digest] = []
  }

  private let cache: ActionCache
  private let threads: Int
  private(set) var objects: [Digest: Need] = [:]
  /// Artifacts whose files were taken in.
  private var artifacts: Set<Digest> = []
  /// Artifacts whose lists of files are missing, with the reasons for which they are needed.
  private(set) var lost: [Digest: KeepReason.Group] = [:]

  init(_ cache: ActionCache, threads: Int) { (self.cache, self.threads) = (cache, threads) }

  /// Takes in what keys need.
  ///
  /// - Throws: a key or a list of files that is damaged, since what it needs cannot be known.
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

  /// Takes in objects that no key names.
  mutating func add(objects: some Sequence<Digest>, for reason: KeepReason.Group) {
    for object in objects { note(object, -1, reason) }
  }

  /// Takes in artifacts with all their files.
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

  /// Looks again at an artifact whose list of files was missing.
  mutating func retry(_ artifact: Digest) throws(StoreError) {
    guard let reason = lost.removeValue(forKey: artifact) else { return }
    artifacts.remove(artifact)
    try add(artifacts: [artifact], for: reason)
  }

  private mutating func note(_ digest: Digest, _ size: Int, _ reason: KeepReason.Group) {
    // Those with stronger reasons come first.
    if objects[digest] == nil { objects[digest] = Need(reason: reason, size: size) }
  }

  // MARK: Reading

  private static let refusal =
    "; what it needs is unknown, so nothing is collected; remove the file and run again"

  /// What a key names itself: artifacts, its log, and the lists of files of its locations.
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

  /// The lists of files that a key's locations were when it was made.
  static func locations(of record: KeyRecord) -> [(name: String, digest: Digest)] {
    guard let members = (try? record.preImage)?["locations"]?.object?.members else { return [] }
    return members.compactMap { member in
      member.value.text.flatMap { Digest(hex: $0) }.map { (member.name, $0) }
    }
  }

  /// The objects of an artifact, itself among them; `nil` if its list of files is missing.
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
