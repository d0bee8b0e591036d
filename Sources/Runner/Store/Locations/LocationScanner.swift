internal import Glibc
public import PipelineDSL

/// Lists every regular file below a location, with path, size and digest.
public enum LocationScanner {
  /// The files below a location; those that are not in the index are read, on several threads.
  ///
  /// The root may be a link or a single file; the snapshot's root is its real path. A link below
  /// the root that leads to a file below it is read as that file; other links, pipes, sockets and
  /// names that cannot be part of a path are reported among the problems.
  ///
  /// - Throws: `StoreError` if the location is missing, with the nearest name, or if files cannot
  ///   be read, with their names.
  public static func snapshot(
    of location: String, index: FileIndex?, threads: Int
  ) throws(StoreError) -> LocationSnapshot {
    guard let root = realPath(location), let status = FileStatus(root) else {
      throw missing(location, code: errno)
    }
    switch status.kind {
    case .folder:
      var walk = Walk(root: root)
      try walk.run()
      let entries = try read(walk.files, root: root, index: index, threads: threads)
      return LocationSnapshot(root: root, entries: entries, problems: walk.problems)
    case .file:
      let name = location.split(separator: "/").last.map(String.init) ?? location
      let entries = try read([""], root: root, index: index, threads: 1).map {
        LocationSnapshot.Entry(path: name, size: $0.size, digest: $0.digest)
      }
      return LocationSnapshot(root: root, isFile: true, entries: entries)
    case .link, .special:
      throw StoreError(path: location, "is neither a folder nor a regular file")
    }
  }

  /// Checks that a location exists and is a folder or a file.
  ///
  /// - Throws: `StoreError` if it is not, with the nearest name if it is missing.
  public static func check(_ location: String) throws(StoreError) {
    guard let root = realPath(location), let status = FileStatus(root) else {
      throw missing(location, code: errno)
    }
    guard [.file, .folder].contains(status.kind) else {
      throw StoreError(path: location, "is neither a folder nor a regular file")
    }
  }

  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }

  // MARK: Reading

  private static func read(
    _ paths: [String], root: String, index: FileIndex?, threads: Int
  ) throws(StoreError) -> [LocationSnapshot.Entry] {
    let known = index?.entries(root: root) ?? [:]
    let results = ParallelMap.run(paths.count, threads: threads) { position in
      let path = paths[position]
      return look(path.isEmpty ? root : root + "/" + path, known: known[path])
    }
    var entries: [LocationSnapshot.Entry] = []
    entries.reserveCapacity(paths.count)
    var fresh: [(path: String, entry: FileIndex.Entry)] = []
    var failures: [StoreError] = []
    for (path, result) in zip(paths, results) {
      switch result {
      case .success(let look):
        let entry = look.entry
        if look.isFresh { fresh.append((path, entry)) }
        entries.append(
          LocationSnapshot.Entry(path: path, size: entry.status.size, digest: entry.digest))
      case .failure(let error): failures.append(error)
      }
    }
    // Stored even if some files fail, so that the next attempt need not read the others again.
    let gone = known.count > entries.count - fresh.count ? Set(known.keys).subtracting(paths) : []
    index?.update(root: root, read: fresh, gone: gone.sorted())
    if let failure = summary(failures, root: root) { throw failure }
    return entries
  }

  private struct Look: Sendable {
    let entry: FileIndex.Entry
    let isFresh: Bool
  }

  private static func look(
    _ path: String, known: FileIndex.Entry?
  ) -> Result<Look, StoreError> {
    do throws(StoreError) {
      guard let status = FileStatus(path) else {
        throw StoreError(path: path, "disappeared while the location was read", code: errno)
      }
      if let known, known.holds(for: status) {
        return .success(Look(entry: known, isFresh: false))
      }
      return .success(Look(entry: try digest(path), isFresh: true))
    } catch {
      return .failure(error)
    }
  }

  private static func digest(_ path: String) throws(StoreError) -> FileIndex.Entry {
    for _ in 0..<3 {
      let checked = now()
      let file = try OpenFile(reading: path)
      let before = try file.status()
      guard before.kind == .file else {
        throw StoreError(path: path, "is no longer a file")
      }
      let (digest, size) = try file.digest()
      if try file.status() == before, size == before.size {
        return FileIndex.Entry(status: before, checked: checked, digest: digest)
      }
    }
    throw StoreError(path: path, "keeps changing while it is read; run again when it is complete")
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func summary(_ failures: [StoreError], root: String) -> StoreError? {
    guard let first = failures.first, failures.count > 1 else { return failures.first }
    let names = failures.prefix(5).map { "\($0)" }.joined(separator: "; ")
    let more = failures.count > 5 ? "; and \(failures.count - 5) more" : ""
    return StoreError(
      path: root, "\(failures.count) files cannot be read: \(names)\(more)", system: first.system)
  }

  // MARK: Missing locations

  private static func missing(_ location: String, code: Int32) -> StoreError {
    guard code == ENOENT else {
      return StoreError(path: location, "the location cannot be reached", code: code)
    }
    var parent = location
    var child = ""
    repeat {
      while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
      let slash = parent.lastIndex(of: "/")
      child = String(slash.map { parent[parent.index(after: $0)...] } ?? parent[...])
      parent = slash.map { $0 == parent.startIndex ? "/" : String(parent[..<$0]) } ?? "."
    } while FileStatus(parent) == nil && parent != "/" && parent != "."
    let shown = parent == "." ? "the working directory" : "'\(parent)'"
    if FileStatus(parent + "/" + child, followLinks: false)?.kind == .link {
      return StoreError(path: location, "'\(child)' in \(shown) is a broken symbolic link")
    }
    let names = ((try? Folder.entries(parent)) ?? []).map(\.name)
    let hint = NearestName.find(child, among: names).map { "; did you mean '\($0)'?" } ?? ""
    return StoreError(path: location, "no such location: \(shown) has no '\(child)'\(hint)")
  }
}

/// One walk through all folders below a root.
private struct Walk {
  let root: String
  /// The regular files found, by path below the root, in no particular order.
  private(set) var files: [String] = []
  private(set) var problems: [LocationSnapshot.Problem] = []

  init(root: String) { self.root = root }

  mutating func run() throws(StoreError) {
    var folders = [""]
    while let prefix = folders.popLast() {
      for entry in try Folder.entries(prefix.isEmpty ? root : root + "/" + prefix) {
        let path = prefix.isEmpty ? entry.name : prefix + "/" + entry.name
        guard entry.isPlain else {
          let shown = path.split(separator: "\n", omittingEmptySubsequences: false)
          report(
            shown.joined(separator: "\\n"), "a name that is not UTF-8 or contains a line break")
          continue
        }
        switch entry.kind {
        case .file: files.append(path)
        case .folder: folders.append(path)
        case .special: report(path, "neither a file nor a folder")
        case .link: follow(path)
        }
      }
    }
  }

  // The reasons do not mention the paths of the root or of a link's target: they are part of the
  // digest.
  private mutating func follow(_ path: String) {
    guard let target = LocationScanner.realPath(root + "/" + path) else {
      return report(path, "a broken symbolic link")
    }
    guard target == root || target.hasPrefix(root == "/" ? "/" : root + "/") else {
      return report(path, "a symbolic link out of the location")
    }
    switch FileStatus(target)?.kind {
    case .file: files.append(path)
    case .folder: report(path, "a symbolic link to a folder, whose files are listed elsewhere")
    default: report(path, "a symbolic link to neither a file nor a folder")
    }
  }

  private mutating func report(_ path: String, _ reason: String) {
    problems.append(LocationSnapshot.Problem(path: path, reason: reason))
  }
}
