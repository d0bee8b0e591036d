public import PipelineDSL

/// The files of an artifact; the digest of the manifest's bytes is the artifact's digest.
///
/// One line per file, sorted by the UTF-8 bytes of the path: `<sha256> <size> <path>`.
public struct ArtifactManifest: Sendable, Hashable {
  /// One file of an artifact.
  public typealias File = ManifestLine

  /// The files, sorted by the UTF-8 bytes of their paths.
  public let files: [File]

  /// Creates a manifest of files with distinct plain paths, in any order.
  public init(_ files: [File]) {
    self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The total size of all files in bytes.
  public var totalSize: Int { files.reduce(0) { $0 + $1.size } }

  /// The manifest as it is stored.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(files.count * 100)
    for file in files { file.append(to: &out) }
    return out
  }

  /// The artifact's digest.
  public var digest: Digest { Digest.of(bytes) }

  /// Parses a manifest.
  ///
  /// - Throws: `StoreError` for the first line that is not `<sha256> <size> <path>`, is out of
  ///   order, has a size that overflows the total, or has a path that leads out of the artifact.
  public init(parsing bytes: [UInt8]) throws(StoreError) {
    var files: [File] = []
    var total = 0
    var rest = bytes[...]
    while !rest.isEmpty {
      let number = files.count + 1
      guard let end = rest.firstIndex(of: 10), let file = File(parsing: rest[..<end]) else {
        throw Self.problem(number, "is not '<sha256> <size> <path>'")
      }
      guard Self.isPlain(file.path) else { throw Self.problem(number, "leads out of the artifact") }
      if let last = files.last, !last.path.utf8.lexicographicallyPrecedes(file.path.utf8) {
        throw Self.problem(number, "is out of order")
      }
      let (sum, overflow) = total.addingReportingOverflow(file.size)
      guard !overflow else { throw Self.problem(number, "has an impossible size") }
      total = sum
      files.append(file)
      rest = rest[(end + 1)...]
    }
    self.files = files
  }

  private static func problem(_ line: Int, _ reason: String) -> StoreError {
    StoreError(path: "manifest, line \(line)", reason, damaged: true)
  }

  /// Whether a path stays inside the folder it is appended to.
  static func isPlain(_ path: String) -> Bool { ManifestLine.staysInside(path) }
}
