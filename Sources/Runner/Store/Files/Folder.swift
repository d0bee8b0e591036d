internal import Glibc

/// Operations on folders.
enum Folder {
  /// An entry of a folder.
  struct Entry: Sendable, Hashable {
    /// The name; bytes that are not UTF-8 are replaced.
    let name: String
    /// Whether the name can be part of a path and be written on a line of its own: UTF-8 without
    /// line breaks.
    let isPlain: Bool
    /// The kind of the entry.
    let kind: FileStatus.Kind
  }

  /// Creates a folder and its parents; an existing folder is not an error.
  static func create(_ path: String) throws(StoreError) {
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST:
      guard FileStatus(path)?.kind == .folder else {
        throw StoreError(path: path, "a file is in place of a folder")
      }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
        throw StoreError(path: path, "cannot be created", code: ENOENT)
      }
      try create(String(path[..<slash]))
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw StoreError(path: path, "cannot be created", code: errno)
      }
    default: throw StoreError(path: path, "cannot be created", code: errno)
    }
  }

  /// The entries of a folder, sorted by the UTF-8 bytes of their names.
  static func entries(_ path: String) throws(StoreError) -> [Entry] {
    guard let stream = opendir(path) else {
      throw StoreError(path: path, "the folder cannot be read", code: errno)
    }
    defer { closedir(stream) }
    guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
    var entries: [Entry] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else {
          throw StoreError(path: path, "the folder cannot be read", code: errno)
        }
        break
      }
      // The name is read in place: the structure may be shorter than its declared size.
      let start = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
      let name = String(cString: start)
      if name == "." || name == ".." { continue }
      let isPlain = String(validatingCString: start) != nil && !name.utf8.contains(10)
      let kind = try kind(entry.pointee.d_type, path + "/" + name)
      entries.append(Entry(name: name, isPlain: isPlain, kind: kind))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The path of a symbolic link in a folder, if there is one.
  ///
  /// Reads only the entries of the folder, since every run calls this.
  static func firstLink(_ path: String) throws(StoreError) -> String? {
    guard let stream = opendir(path) else {
      throw StoreError(path: path, "the folder cannot be read", code: errno)
    }
    defer { closedir(stream) }
    guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
    while let entry = readdir(stream) {
      let type = Int(entry.pointee.d_type)
      guard type == Int(DT_LNK) || type == Int(DT_UNKNOWN) else { continue }
      let start = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
      let place = path + "/" + String(cString: start)
      if FileStatus(place, followLinks: false)?.kind == .link { return place }
    }
    return nil
  }

  private static func kind(_ type: UInt8, _ path: String) throws(StoreError) -> FileStatus.Kind {
    switch Int(type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_LNK): return .link
    case Int(DT_UNKNOWN):
      // Some file systems do not report it; a file that has disappeared is found missing later.
      return FileStatus(path, followLinks: false)?.kind ?? .file
    default: return .special
    }
  }

  /// Removes a folder and everything below it, as far as possible.
  static func remove(_ path: String) {
    for entry in (try? entries(path)) ?? [] {
      let below = path + "/" + entry.name
      if entry.kind == .folder { remove(below) } else { unlink(below) }
    }
    rmdir(path)
  }
}
