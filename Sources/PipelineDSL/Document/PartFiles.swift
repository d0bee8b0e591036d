internal import Glibc

/// Reads the parts that a pipeline includes.
public struct PartFiles: Sendable {
  /// Reads a file completely.
  let read: @Sendable (_ path: String) throws(PartFileError) -> [UInt8]

  /// Creates a reader from a closure, which takes a path relative to the working directory.
  public init(_ read: @escaping @Sendable (_ path: String) throws(PartFileError) -> [UInt8]) {
    self.read = read
  }

  /// Parts from the file system: regular files of at most 16 MiB.
  public static let disk = PartFiles { path throws(PartFileError) in try Self.contents(of: path) }

  /// No files at all, for pipelines that contain their parts.
  public static let none = PartFiles { _ throws(PartFileError) in
    throw PartFileError("no files are read here")
  }

  private static let sizeLimit = 16 << 20

  private static func contents(of path: String) throws(PartFileError) -> [UInt8] {
    // A pipe without a writer must not block.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { throw PartFileError(String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw PartFileError(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw PartFileError("not a regular file") }
    guard status.st_size <= sizeLimit else { throw PartFileError("larger than 16 MiB") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress?.advanced(by: filled), $0.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw PartFileError(String(cString: strerror(errno))) }
      if count == 0 { break }
      filled += count
    }
    return Array(bytes.prefix(filled))
  }
}

/// Why a part could not be read.
public struct PartFileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The reason, without the path.
  public let description: String

  /// Creates an error.
  public init(_ reason: String) { description = reason }
}

/// Paths of parts: relative to the folder of the file that includes them.
enum PartPath {
  /// The path of a part as seen from where `file` is one, the path of the file that includes it.
  ///
  /// Steps up the folders are removed by name. `nil` if what is written cannot be the path of a part.
  static func resolve(_ written: String, from file: String) -> String? {
    let isPlain = written.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard !written.isEmpty, !written.hasPrefix("/"), !written.hasSuffix("/"), isPlain else {
      return nil
    }
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    return normalise(folder + written)
  }

  /// The path without `.`, empty steps and, where a step precedes it, `..`.
  static func normalise(_ path: String) -> String {
    var steps: [Substring] = []
    for step in path.split(separator: "/") where step != "." {
      if step == "..", let last = steps.last, last != ".." {
        steps.removeLast()
      } else if step != ".." || !path.hasPrefix("/") || !steps.isEmpty {
        steps.append(step)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
  }
}
