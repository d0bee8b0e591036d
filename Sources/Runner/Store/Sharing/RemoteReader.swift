internal import PipelineDSL

/// Reads results of a remote: their key files and manifests, in batches.
struct RemoteReader {
  let remote: RcloneRemote
  let listing: RemoteListing
  let staging: RemoteStaging
  /// What cannot be used, and what is there already.
  private(set) var outcome = TransferOutcome()

  init(remote: RcloneRemote, listing: RemoteListing, staging: RemoteStaging) {
    (self.remote, self.listing, self.staging) = (remote, listing, staging)
  }

  private var layout: StoreLayout { staging.cache.layout }

  /// Fetches key files; `arrival` says what the receiving store has under the key of each.
  mutating func records(
    _ keys: [Digest], arrival: (KeyRecord) -> ActionCache.Arrival? = { _ in nil }
  ) throws(StoreError) -> [KeyRecord] {
    try remote.fetch(keys.map(layout.relative(key:)), to: layout.root)
    var records: [KeyRecord] = []
    for key in keys {
      do throws(TransferRefusal) {
        let record = try TransferCandidate.record(key, in: staging.cache).record
        switch arrival(record) {
        case .present: outcome.present += 1
        case .divergent: outcome.divergent.append(key)
        case .new, nil: records.append(record)
        }
      } catch {
        outcome.add(error.naming(remote.name, in: layout.root))
      }
    }
    return records
  }

  /// Fetches the manifests of results, except those that need not be fetched.
  func fetchManifests(
    _ records: [KeyRecord], unless isPresent: (Digest, Int) -> Bool = { _, _ in false }
  ) throws(StoreError) {
    let manifests = Set(records.flatMap { $0.artifacts.values.map(\.digest) }).sorted()
    let lacking = manifests.filter { digest in
      listing.objects[digest].map { !isPresent(digest, $0) } ?? false
    }
    try remote.fetch(lacking.map(layout.relative(object:)), to: layout.root)
  }

  /// The files of a result that remain to be fetched, with their sizes; `nil` if it is not whole.
  ///
  /// A log or the file list of a location that is missing is no reason to leave a result out.
  mutating func files(
    of record: KeyRecord, completedBy own: ActionCache? = nil
  ) -> [(digest: Digest, size: Int)]? {
    var files: [(digest: Digest, size: Int)] = []
    do throws(TransferRefusal) {
      for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
        for file in try manifest(artifact.digest, port, record, own).files {
          let size = listing.objects[file.digest]
          guard size == file.size || own?.objects.contains(file.digest, size: file.size) == true
          else {
            let state: MissReason.ObjectState =
              size.map { .size($0, expected: file.size) } ?? .missing
            let reason = MissReason.object(state, file: file.path, port: port, file.digest)
            throw .incomplete("result \(record.key.short): \(reason) in \(remote.name)")
          }
          files.append((file.digest, file.size))
        }
      }
    } catch {
      outcome.add(error)
      return nil
    }
    for digest in TransferCandidate.beside(record) {
      if let size = listing.objects[digest] { files.append((digest, size)) }
    }
    return files
  }

  private func manifest(
    _ digest: Digest, _ port: String, _ record: KeyRecord, _ own: ActionCache?
  ) throws(TransferRefusal) -> ArtifactManifest {
    if let manifest = try? own?.objects.manifest(digest) { return manifest }
    guard FileStatus(staging.cache.objects.path(digest), followLinks: false) != nil else {
      throw .incomplete(
        "result \(record.key.short): the list of files of '\(port)' is missing in \(remote.name)")
    }
    do throws(StoreError) { return try staging.cache.objects.manifest(digest) } catch {
      throw TransferRefusal.damaged("\(error)").naming(remote.name, in: layout.root)
    }
  }
}

extension TransferRefusal {
  /// The same with the name of a place instead of a folder.
  func naming(_ name: String, in folder: String) -> TransferRefusal {
    switch self {
    case .incomplete(let text): .incomplete(text.replacing(folder, with: name))
    case .damaged(let text): .damaged(text.replacing(folder, with: name))
    }
  }
}
