public import PipelineDSL

/// The files of a store elsewhere, with their sizes.
public struct RemoteListing: Sendable {
  /// The sizes of the key files, by key.
  public internal(set) var keys: [Digest: Int] = [:]
  /// The sizes of the objects.
  var objects: [Digest: Int] = [:]
  /// Whether the file `version` is there, which marks a store.
  var hasVersion = false
  /// Files that are neither objects nor results.
  var strangers: [String] = []

  /// Whether nothing is there.
  var isEmpty: Bool { keys.isEmpty && objects.isEmpty && strangers.isEmpty }

  /// An empty listing.
  init() {}

  /// Reads lines of `size;path`.
  ///
  /// What rclone leaves of a transfer that was cut off, `NAME.partial`, is not mentioned; an object
  /// that was cut off under its own name has another size than the result states.
  init(parsing bytes: [UInt8]) {
    for line in bytes.split(separator: 10) {
      guard let mark = line.firstIndex(of: UInt8(ascii: ";")),
        let size = Int(String(decoding: line[..<mark], as: UTF8.self))
      else { continue }
      let path = String(decoding: line[(mark + 1)...], as: UTF8.self)
      add(path, size)
    }
  }

  private mutating func add(_ path: String, _ size: Int) {
    if path == "version" {
      hasVersion = true
    } else if let key = Self.digest(path, in: "keys/", suffix: ".json") {
      keys[key] = size
    } else if let object = Self.digest(path, in: "objects/", suffix: "") {
      objects[object] = size
    } else if !path.hasSuffix(".partial") {
      strangers.append(path)
    }
  }

  /// The digest in a path such as `objects/ab/cdef...`.
  static func digest(_ path: String, in folder: String, suffix: String) -> Digest? {
    guard path.hasPrefix(folder), path.hasSuffix(suffix) else { return nil }
    let name = path.dropFirst(folder.count).dropLast(suffix.count)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 2 else { return nil }
    return Digest(hex: String(parts[0] + parts[1]))
  }
}

extension Remote {
  /// What is there; an error if there is no store.
  func existing() throws(StoreError) -> RemoteListing {
    if let listing = try list() { return listing }
    throw StoreError(path: name, "has no store of Assay; 'assay cache push' creates one")
  }
}
