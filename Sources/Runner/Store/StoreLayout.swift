internal import Glibc
public import PipelineDSL

/// The paths of everything in a store: a plain folder, safe to copy, to share and to sync.
public struct StoreLayout: Sendable, Hashable {
  /// The format this code reads and writes.
  public static let format = 1

  /// The folder of the store.
  public let root: String
  /// Content by digest: `objects/ab/cdef...`, read-only.
  public var objects: String { root + "/objects" }
  /// Results by key: `keys/ab/cdef....json`.
  public var keys: String { root + "/keys" }
  /// One folder per attempt, kept when it fails.
  public var scratch: String { root + "/scratch" }
  /// The file index, which may be deleted.
  public var index: String { root + "/index.sqlite" }
  /// Which run computes which key; created when the first lease is taken.
  public var leases: String { root + "/leases" }
  /// The memo, which stages can recompute; may be deleted.
  public var memo: String { root + "/memo" }
  /// Files on their way into the store.
  var incoming: String { root + "/incoming" }

  /// The scratch folder of an attempt in a run.
  public func attempt(_ name: String, of run: String) -> String { "\(scratch)/\(run)/\(name)" }

  /// The path of an attempt's scratch folder relative to `scratch`, as stored in leases.
  public func relativeAttempt(_ path: String) -> String {
    path.hasPrefix(scratch + "/") ? String(path.dropFirst(scratch.count + 1)) : path
  }

  /// What a long stage keeps between attempts at a key; the folder need not exist.
  public func state(for key: Digest) -> String { root + "/state/" + Self.split(key.hex) }

  /// The file that holds the result under a key, whether or not it exists.
  public func file(for key: Digest) -> String { keys + "/" + Self.split(key.hex) + ".json" }

  /// `ab/cdef...`: the first two digits name a folder, so that no folder grows too large.
  static func split(_ hex: String) -> String {
    let digits = hex.utf8
    return "\(Substring(digits.prefix(2)))/\(Substring(digits.dropFirst(2)))"
  }

  /// Opens the store at a folder, or creates one there.
  ///
  /// - Throws: `StoreError` if a folder cannot be created, if the store or one of its folders, down
  ///   to `objects/ab`, is a symbolic link, or if a newer Assay wrote the store.
  public init(root: String) throws(StoreError) {
    self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    try Self.refuseLink(self.root)
    try Folder.create(self.root)
    try checkVersion()
    for folder in [objects, keys, scratch, incoming, memo, self.root + "/state"] {
      try Self.refuseLink(folder)
      if folder != memo { try Folder.create(folder) }
    }
    for folder in [objects, keys] {
      guard let link = try Folder.firstLink(folder) else { continue }
      throw StoreError(
        path: link,
        "is a symbolic link, which a store must not contain; replace it with the folder",
        damaged: true)
    }
    // Marks the store for backup programs, by the convention of https://bford.info/cachedir/.
    try writeOnce(
      "CACHEDIR.TAG",
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # This folder is a store of Assay: all in it can be computed again.

      """)
  }

  static func refuseLink(_ path: String) throws(StoreError) {
    guard FileStatus(path, followLinks: false)?.kind == .link else { return }
    throw StoreError(
      path: path, "is a symbolic link; name the folder it points to instead")
  }

  private func checkVersion() throws(StoreError) {
    let path = root + "/version"
    try writeOnce("version", "assay-store \(Self.format)\n")
    let bytes = try OpenFile(reading: path, followLinks: false).readAll()
    try Self.checkVersion(String(decoding: bytes, as: UTF8.self), of: root, in: path)
  }

  /// Throws if the text of the file `version` is not that of a store this version can use.
  static func checkVersion(
    _ text: String, of root: String, in path: String
  ) throws(StoreError) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0] == "assay-store", let format = Int(words[1]) else {
      throw StoreError(path: path, "does not state the format of the store", damaged: true)
    }
    guard format <= Self.format else {
      throw StoreError(
        path: root,
        "is a store of format \(format), and this version of Assay reads up to \(Self.format); use a newer Assay"
      )
    }
  }

  private func writeOnce(_ name: String, _ text: String) throws(StoreError) {
    let path = root + "/" + name
    guard FileStatus(path) == nil else { return }
    let partial = path + "." + Self.uniqueName()
    do {
      let file = try OpenFile(creating: partial)
      try file.write(Array(text.utf8))
      try file.flush()
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw StoreError(path: path, "cannot be put in place", code: errno)
    }
  }

  /// A name that no other process uses, on this host or on another.
  static func uniqueName() -> String {
    "\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }

  /// A path for a file on its way into the store.
  func newIncoming() -> String { incoming + "/" + Self.uniqueName() }
}
