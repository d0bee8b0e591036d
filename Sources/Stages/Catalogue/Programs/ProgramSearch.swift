internal import Foundation
internal import Glibc
internal import PipelineDSL

/// Finds programs and the files that belong to them.
enum ProgramSearch {
  /// The executable for a program's name, as a shell finds it along a search path.
  static func executable(_ name: String, along path: String) -> String? {
    guard !name.contains("/") else { return isExecutable(name) ? name : nil }
    return folders(of: path).lazy.map { $0 + "/" + name }.first(where: isExecutable)
  }

  /// The program with the most similar name, for a hint.
  static func nearest(to name: String, along path: String) -> String? {
    let known = folders(of: path).flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { isExecutable(folder + "/" + $0) }
    }
    return NearestName.find(name, among: known)
  }

  /// The files that a glob pattern matches, sorted; for a folder, all files below it.
  static func files(matching pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    var files: [String] = []
    for index in 0..<Int(found.gl_pathc) {
      guard let match = found.gl_pathv[index] else { continue }
      let path = String(cString: match)
      if isFile(path) {
        files.append(path)
      } else {
        files += filesBelow(path)
      }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The files below a folder, as paths that start with the folder's own.
  static func filesBelow(_ folder: String) -> [String] {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
    return names.compactMap { ($0 as? String).map { "\(folder)/\($0)" } }.filter(isFile)
  }

  /// Whether a path leads to a file, which is anything except a folder.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func isExecutable(_ path: String) -> Bool {
    isFile(path) && access(path, X_OK) == 0
  }

  private static func folders(of path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: ":")).map { String(Substring($0)) }
  }
}
