internal import Glibc
internal import PipelineDSL

/// The regular files below a folder, by path; no file is opened.
struct FolderListing: Sendable {
  /// The folder.
  let root: String
  /// Paths below the root, sorted by their UTF-8 bytes.
  private(set) var paths: [String] = []
  /// What an ingest would not follow or cannot read: links that lead out, pipes, closed folders.
  private(set) var problems: [(path: String, reason: String)] = []

  /// Lists a folder; throws if it is missing or not a folder.
  init(_ root: String) throws(StageError) {
    self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    var status = stat()
    guard stat(root, &status) == 0 else {
      throw StageError("\(root): \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw StageError("\(root): not a folder", hint: "name the folder that holds the data sets")
    }
    let real = Self.realPath(root) ?? root
    var pending = [""]
    while let folder = pending.popLast() { list(folder, real: real, pending: &pending) }
    paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    problems.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// The path at which a file can be opened.
  func place(_ path: String) -> String { root + "/" + path }

  private mutating func list(_ folder: String, real: String, pending: inout [String]) {
    let place = folder.isEmpty ? root : place(folder)
    guard let stream = opendir(place), let offset = MemoryLayout<dirent>.offset(of: \.d_name)
    else {
      return problems.append((folder, "cannot be listed: \(String(cString: strerror(errno)))"))
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      // The name is read in place: the structure may be shorter than its declared size.
      let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      let name = String(cString: start)
      guard name != ".", name != ".." else { continue }
      let path = folder.isEmpty ? name : folder + "/" + name
      var status = stat()
      let kind = lstat(self.place(path), &status) == 0 ? status.st_mode & S_IFMT : 0
      switch kind {
      case S_IFREG: paths.append(path)
      case S_IFDIR: pending.append(path)
      case S_IFLNK: follow(path, real: real)
      default: problems.append((path, "neither a folder nor a regular file"))
      }
    }
  }

  /// Follows a link as a run does: to a file inside the root it is read, others are left out.
  private mutating func follow(_ path: String, real: String) {
    guard let target = Self.realPath(place(path)) else {
      return problems.append((path, "a broken symbolic link"))
    }
    var status = stat()
    guard stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return problems.append((path, "a link to something other than a file, not followed"))
    }
    guard target.hasPrefix(real + "/") else {
      return problems.append((path, "a link that leads out of the folder"))
    }
    paths.append(path)
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
