internal import Glibc
internal import PipelineDSL

/// The state of a program's input files before it ran, to detect that it wrote to them.
///
/// File permissions prevent this, except for a program that runs as root.
struct InputSeal {
  /// A file that changed.
  struct Change: Hashable {
    let port: String
    let file: String
  }

  /// Attributes that change with the content, but not with a new hard link such as by `checkout`.
  private struct Mark: Equatable {
    let size: Int
    let inode: UInt
    let modified: Int
    let nanoseconds: Int

    init?(_ path: String) {
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      (size, inode) = (Int(status.st_size), UInt(status.st_ino))
      (modified, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  private let files: [(change: Change, path: String, mark: Mark?)]

  /// Records the state of input files.
  init(_ inputs: [String: [InputArtifact]]) {
    files = inputs.sorted { $0.key < $1.key }.flatMap { port, artifacts in
      artifacts.flatMap { artifact in
        artifact.files.sorted { $0.key < $1.key }.map { name, path in
          (Change(port: port, file: name), path, Mark(path))
        }
      }
    }
  }

  /// The first file that changed.
  func broken() -> Change? { files.first { $0.mark != Mark($0.path) }?.change }
}
