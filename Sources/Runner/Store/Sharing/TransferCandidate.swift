internal import PipelineDSL

/// Why a result is left out of a copy.
enum TransferRefusal: Error, Sendable, Hashable {
  /// It lacks objects, which is harmless: it counts as a miss.
  case incomplete(String)
  /// Something is damaged, by path.
  case damaged(String)
}

/// A result to copy, with its objects.
struct TransferCandidate: Sendable {
  /// The result.
  let record: KeyRecord
  /// The key file.
  let bytes: [UInt8]
  /// Manifests and files, logs, and file lists of locations.
  let objects: [(digest: Digest, size: Int)]

  /// Reads the manifests of a result.
  ///
  /// Objects that the source lacks are no reason to refuse it if the target has them.
  init(
    _ record: KeyRecord, _ bytes: [UInt8], in source: ActionCache,
    completedBy target: ActionCache? = nil
  ) throws(TransferRefusal) {
    (self.record, self.bytes) = (record, bytes)
    let key = record.key
    var objects: [(digest: Digest, size: Int)] = []
    for (port, artifact) in record.artifacts.sorted(by: { $0.key < $1.key }) {
      guard let files = try Self.files(of: artifact.digest, in: [source, target]) else {
        throw .incomplete("result \(key.short): the list of files of '\(port)' is missing")
      }
      objects += files
    }
    if let reason = source.missing(record, completedBy: target?.objects) {
      throw .incomplete("result \(key.short): \(reason)")
    }
    for digest in Self.beside(record) {
      let status = FileStatus(source.objects.path(digest), followLinks: false)
      if let status, status.kind == .file { objects.append((digest, status.size)) }
    }
    self.objects = objects
  }

  /// The log and the file lists of locations: shown and compared, but a hit does not need them.
  static func beside(_ record: KeyRecord) -> [Digest] {
    Reachability.locations(of: record).map(\.digest) + (record.log.map { [$0] } ?? [])
  }

  /// A result and its key file.
  static func record(
    _ key: Digest, in source: ActionCache
  ) throws(TransferRefusal) -> (record: KeyRecord, bytes: [UInt8]) {
    let found: KeyRecord?
    var bytes: [UInt8] = []
    do throws(StoreError) {
      found = try source.record(key)
      if found != nil {
        bytes = try OpenFile(reading: source.layout.file(for: key), followLinks: false).readAll()
      }
    } catch {
      throw .damaged("\(error)")
    }
    guard let found else {
      throw .incomplete("result \(key.short): not in \(source.layout.root)")
    }
    return (found, bytes)
  }

  /// The objects of an artifact, from the first store that has its manifest.
  private static func files(
    of artifact: Digest, in stores: [ActionCache?]
  ) throws(TransferRefusal) -> [(digest: Digest, size: Int)]? {
    do throws(StoreError) {
      for store in stores.compactMap(\.self) {
        if let files = try Reachability.files(of: artifact, store).get() { return files }
      }
      return nil
    } catch {
      let reason = error.reason.split(separator: ";").first ?? ""
      throw .damaged("\(error.path): \(reason)")
    }
  }
}
