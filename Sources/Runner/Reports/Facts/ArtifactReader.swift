internal import Imaging
internal import PipelineDSL
internal import Store

/// Reads files of artifacts for a report; what is missing or too large is reported, not thrown.
struct ArtifactReader {
  /// The largest table that is read, in bytes.
  static let tableLimit = 64 << 20

  /// A value, or why it cannot be shown.
  enum Found<Value> {
    case value(Value)
    case missing(String)
  }

  private let objects: ObjectStore

  init(_ objects: ObjectStore) { self.objects = objects }

  /// The files of an artifact.
  func files(_ artifact: ArtifactRow) -> Found<[ArtifactManifest.File]> {
    do { return .value(try objects.manifest(artifact.digest).files) } catch {
      return .missing("artifact \(artifact.digest.short) cannot be read: \(error.reason)")
    }
  }

  /// The bytes of a file, verified against the manifest.
  func bytes(_ file: ArtifactManifest.File) -> Found<[UInt8]> {
    do { return .value(try objects.read(file.digest, verify: true)) } catch {
      return .missing("\(file.path) cannot be read: \(error.reason)")
    }
  }

  /// The table in the file of this name; `nil` if there is no such file.
  func table(_ name: String, in files: [ArtifactManifest.File]) -> Found<CSVTable>? {
    guard let file = files.first(where: { $0.path == name }) else { return nil }
    guard file.size <= Self.tableLimit else {
      return .missing("\(name) is too large to be shown (\(ByteCount.text(file.size)))")
    }
    switch bytes(file) {
    case .missing(let reason): return .missing(reason)
    case .value(let bytes):
      do { return .value(try CSVTable(parsing: bytes)) } catch {
        return .missing("\(name): \(error)")
      }
    }
  }

  /// The first rows of a table, from about as many bytes; `nil` if there is no such file.
  func head(
    _ name: String, in files: [ArtifactManifest.File], bytes limit: Int
  ) -> Found<CSVTable>? {
    guard let file = files.first(where: { $0.path == name }) else { return nil }
    guard file.size > limit else { return table(name, in: files) }
    switch bytes(file) {
    case .missing(let reason): return .missing(reason)
    case .value(let bytes):
      let whole = bytes[..<(bytes.prefix(limit).lastIndex(of: 10) ?? 0)]
      do { return .value(try CSVTable(parsing: Array(whole))) } catch {
        return .missing("\(name): \(error)")
      }
    }
  }

  /// The largest picture that is read, in bytes.
  static let pictureLimit = 32 << 20

  /// The picture in a file.
  func image(_ file: ArtifactManifest.File) -> Found<Image> {
    guard file.size <= Self.pictureLimit else {
      return .missing("\(file.path) is too large to be shown (\(ByteCount.text(file.size)))")
    }
    switch bytes(file) {
    case .missing(let reason): return .missing(reason)
    case .value(let bytes):
      do { return .value(try ImageCodec.decode(bytes)) } catch {
        return .missing("\(file.path) cannot be shown: \(error)")
      }
    }
  }

  /// The array in the file of this name, not verified; `nil` if there is no such file.
  func array(_ name: String, in files: [ArtifactManifest.File]) -> Found<ArrayFile>? {
    guard let file = files.first(where: { $0.path == name }) else { return nil }
    guard objects.contains(file.digest, size: file.size) else {
      return .missing("\(name) cannot be read: the object is missing from the store")
    }
    let path = objects.path(file.digest)
    do { return .value(try ArrayFile(path: path)) } catch {
      // Where the store is does not belong into a report.
      return .missing("\(name) cannot be read: \(error.reason.replacing(path, with: name))")
    }
  }

  /// The last lines of a log; empty if it cannot be read.
  func tail(of log: Digest, lines: Int) -> [String] {
    guard let bytes = try? objects.read(log, verify: false) else { return [] }
    return LogTail.lines(of: String(decoding: bytes.suffix(64 << 10), as: UTF8.self), limit: lines)
  }
}
