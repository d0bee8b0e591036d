internal import Glibc
internal import PipelineDSL

/// A store in storage that rclone reaches: S3, SFTP, WebDAV, and many more.
///
/// One listing says what is there; everything else is decided here, and files are transferred in
/// batches. A file that was cut off is recognised by its size and transferred again.
public struct RcloneRemote: Remote {
  /// What names of such remotes begin with.
  static let prefix = "rclone:"
  /// The number of bytes transferred before their results follow.
  static let portion = 1 << 28
  /// The number of files fetched at a time where results have many.
  var filesAhead = 2048

  /// `rclone:NAME:PATH`; credentials that the user wrote into it are not shown.
  public let name: String
  /// What rclone calls it: `NAME:PATH`.
  private let target: String
  private let program: RcloneProgram
  /// The folder for files that only a check reads.
  let temporary: String

  /// A remote by its name; rclone is looked up in `PATH` and gets the environment.
  ///
  /// - Throws: `StoreError` if rclone is not installed, or the name is not one.
  public init(_ name: String, environment: [String: String]) throws(StoreError) {
    let target = String(name.dropFirst(Self.prefix.count))
    guard !target.isEmpty, !target.hasPrefix("-") else {
      throw StoreError(path: name, "is not rclone:NAME:PATH; 'rclone listremotes' lists the names")
    }
    (self.name, self.target) = (Self.withoutCredentials(name), target)
    temporary = environment["TMPDIR"] ?? "/tmp"
    program = try RcloneProgram(environment: environment)
  }

  /// A name with the values of options such as `pass=...` replaced, for messages and logs.
  static func withoutCredentials(_ name: String) -> String {
    name.replacing(/([a-z_]*(?:pass|secret|token|key)[a-z_]*)=((?:'[^']*')+|(?:"[^"]*")+|[^,:]*)/) {
      "\($0.1)=***"
    }
  }

  // MARK: Calls of rclone

  /// The options that select the files of a store and nothing beside them.
  private static let filters = ["/objects/**", "/keys/**", "/version"].flatMap {
    ["--include", $0]
  }

  /// What is there, by one listing; `nil` if there is no store.
  ///
  /// The format of the store is checked too, as it is for a folder.
  public func list() throws(StoreError) -> RemoteListing? {
    // Few attempts: a remote that cannot be reached should not hold up a run.
    let ending = try program.run(
      ["lsf", "--recursive", "--files-only", "--fast-list", "--format=sp", "--separator=;"]
        + Self.filters + ["--retries=1", "--low-level-retries=3", target])
    // 3: the folder, or the bucket, does not exist.
    if ending.code == 3 { return nil }
    let listing = RemoteListing(parsing: try output(of: ending))
    guard listing.hasVersion else { return listing.isEmpty ? nil : listing }
    let version = try output(of: program.run(["cat", path("version")]))
    try StoreLayout.checkVersion(
      String(decoding: version, as: UTF8.self), of: name, in: "\(name)/version")
    return listing
  }

  /// Copies files, by their paths in the store, from a folder to the remote.
  ///
  /// rclone compares the size of each, and its digest where the remote knows one.
  func send(_ files: [String], from root: String) throws(StoreError) {
    let folder = try Self.absolute(root)
    try copy(files, from: folder, to: target, lists: folder + "/incoming")
  }

  /// Copies files from the remote to a folder of this machine.
  func fetch(_ files: [String], to root: String) throws(StoreError) {
    let folder = try Self.absolute(root)
    try copy(files, from: target, to: folder, lists: folder + "/incoming")
  }

  /// The full path of a store: rclone takes `a:b` for a remote, and `-a` for an option.
  private static func absolute(_ root: String) throws(StoreError) -> String {
    guard let path = LocationScanner.realPath(root) else {
      throw StoreError(path: root, "cannot be found", code: errno)
    }
    return path
  }

  /// What exists at the destination is replaced without a look at it: the listing told.
  private func copy(
    _ files: [String], from: String, to: String, lists folder: String
  ) throws(StoreError) {
    guard !files.isEmpty else { return }
    let list = folder + "/" + StoreLayout.uniqueName()
    defer { unlink(list) }
    do {
      let file = try OpenFile(creating: list)
      try file.write(Array(files.map { $0 + "\n" }.joined().utf8))
    }
    let ending = try program.run(
      ["copy", "--files-from-raw", list, "--no-check-dest", "--no-traverse", from, to])
    _ = try output(of: ending)
  }

  /// The SHA-256 of every object there, from its content.
  func digests() throws(StoreError) -> [Digest: Digest] {
    let ending = try program.run(
      ["hashsum", "sha256", "--download", "--include", "/objects/**", target])
    var found: [Digest: Digest] = [:]
    for line in try output(of: ending).split(separator: 10) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 1)
      guard words.count == 2, let digest = Digest(hex: String(words[0])) else { continue }
      let path = words[1].drop { $0 == " " }
      guard let object = RemoteListing.digest(String(path), in: "objects/", suffix: "") else {
        continue
      }
      found[object] = digest
    }
    return found
  }

  private func path(_ file: String) -> String {
    target.hasSuffix(":") || target.hasSuffix("/") ? target + file : target + "/" + file
  }

  private func output(of ending: RcloneProgram.Ending) throws(StoreError) -> [UInt8] {
    guard ending.code != 0 else { return ending.output }
    let failure = RcloneFailure(ending.errors, target: target)
    throw StoreError(path: name, failure.reason, system: failure.message)
  }
}
