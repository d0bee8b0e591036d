internal import PipelineDSL
internal import Store

/// Reads how much data stored objects describe; each object is read once.
final class LoadReader {
  /// Larger tables are not read.
  private static let tableLimit = 256 << 20

  private let objects: ObjectStore
  private var counts: [Digest: Double?] = [:]
  private var listings: [Digest: (files: Int, bytes: Int)] = [:]

  init(_ objects: ObjectStore) { self.objects = objects }

  /// The number of samples in an artifact with a `samples.csv`; `nil` for any other.
  func samples(in artifact: Digest, _ type: ArtifactType) -> Double? {
    guard type == .samples || type == .images else { return nil }
    if let known = counts[artifact] { return known }
    let count = read(artifact)
    counts[artifact] = .some(count)
    return count
  }

  private func read(_ artifact: Digest) -> Double? {
    let manifest = try? objects.manifest(artifact)
    guard let file = manifest?.files.first(where: { $0.path == SamplesFormat.file }),
      file.size <= Self.tableLimit, let bytes = try? objects.read(file.digest, verify: false)
    else { return nil }
    // The header is one of the lines; no field of this table contains a line break.
    return Double(max(0, bytes.count { $0 == 10 } - 1))
  }

  /// The number and total size of the files that the recorded content of a location lists.
  func listing(_ content: Digest) -> (files: Int, bytes: Int) {
    if let known = listings[content] { return known }
    let bytes = (try? objects.read(content, verify: false)) ?? []
    let snapshot = LocationSnapshot(manifest: bytes, root: "", isFile: false)
    let found = Self.total(snapshot)
    listings[content] = found
    return found
  }

  /// The number and total size of the files of a location.
  static func total(_ snapshot: LocationSnapshot?) -> (files: Int, bytes: Int) {
    let entries = snapshot?.entries ?? []
    return (entries.count, entries.reduce(0) { $0 + $1.size })
  }
}
