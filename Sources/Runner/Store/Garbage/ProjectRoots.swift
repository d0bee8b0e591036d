internal import Glibc
internal import PipelineDSL

/// The runs that a project keeps in a store, listed in the store, so that its record is not needed.
///
/// `roots/<id>/project.json` lists the kept runs, with reasons; `roots/<id>/<run>.keys` lists what
/// each of them uses. The id is derived from the host and the record's path, so that a project on
/// another host is a different project. Each project writes only its own files: when a run begins
/// or ends, and when a run is marked.
public struct ProjectRoots: Sendable, Hashable {
  /// The default number of runs kept per pipeline.
  public static let defaultKeep = 10
  private static let format = 1

  /// The host of the project.
  public let host: String
  /// The full path of its record on that host.
  public let record: String
  /// The number of runs it keeps per pipeline.
  public let keep: Int
  /// The runs it keeps.
  public let runs: [KeptRun]

  /// Creates a description of what a project keeps.
  public init(host: String, record: String, keep: Int, runs: [KeptRun]) {
    (self.host, self.record, self.keep, self.runs) = (host, record, keep, runs)
  }

  /// The name of the project's folder in `roots`.
  public var id: String { Self.id(host: host, record: record) }

  static func id(host: String, record: String) -> String {
    String(Digest.of("\(host)\n\(record)").hex.prefix(32))
  }

  /// The path that identifies a record on this host, whatever the working directory.
  static func fullPath(_ record: String) -> String {
    let slash = record.lastIndex(of: "/")
    let folder = slash.map { $0 == record.startIndex ? "/" : String(record[..<$0]) } ?? "."
    let name = slash.map { String(record[record.index(after: $0)...]) } ?? record
    let real = LocationScanner.realPath(folder) ?? folder
    return real == "/" ? "/" + name : real + "/" + name
  }

  /// Whether the project is on this host and its record no longer exists.
  public var isGone: Bool { host == ThisHost.name && FileStatus(record) == nil && errno == ENOENT }

  // MARK: The file

  var bytes: [UInt8] {
    let json: JSONValue = [
      "format": .integer(Self.format), "host": .string(host), "record": .string(record),
      "keep": .integer(keep),
      "runs": .array(
        runs.map {
          [
            "run": .string($0.run), "pipeline": .string($0.pipeline),
            "reasons": $0.reasons.map(\.text).json,
          ]
        }),
    ]
    return Array(JSONPrettyForm.text(of: json).utf8)
  }

  /// Reads a project's file.
  ///
  /// - Throws: `StoreError` if the file is damaged; nothing may be collected then, since what the
  ///   project keeps is unknown.
  init(reading path: String) throws(StoreError) {
    let bytes = try OpenFile(reading: path, followLinks: false).readAll()
    let damage = StoreError(
      path: path,
      "does not state what its project keeps; 'assay gc' in the project writes it again, and "
        + "'assay gc --forget' forgets the project", damaged: true)
    guard let json = try? JSONParser.parse(bytes), json["format"]?.whole == Self.format,
      let host = json["host"]?.text, let record = json["record"]?.text,
      let keep = json["keep"]?.whole, let runs = json["runs"]?.elements
    else { throw damage }
    (self.host, self.record, self.keep) = (host, record, keep)
    var kept: [KeptRun] = []
    for run in runs {
      let reasons = (run["reasons"]?.elements ?? []).map { $0.text.flatMap { KeepReason($0) } }
      guard let name = run["run"]?.text, let pipeline = run["pipeline"]?.text, !reasons.isEmpty,
        !reasons.contains(nil), ArtifactManifest.isPlain(name), !name.utf8.contains(0x2F)
      else { throw damage }
      kept.append(
        KeptRun(run: name, pipeline: pipeline, reasons: reasons.compactMap(\.self)))
    }
    self.runs = kept
  }
}
