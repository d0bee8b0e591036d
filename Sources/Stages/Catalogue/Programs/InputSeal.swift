internal import Glibc
internal import PipelineDSL

/// What the files of a program's inputs were before it ran: it may read them, and that is all.
///
/// Their permissions keep others from writing, but not a program that runs as root.
struct InputSeal {
  /// A file that is not what it was.
  struct Change: Hashable {
    let port: String
    let file: String
  }

  /// What a change of content shows in, and a second name of the object, as `checkout` makes one, not.
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

  /// Looks at the files of some inputs.
  init(_ inputs: [String: [InputArtifact]]) {
    files = inputs.sorted { $0.key < $1.key }.flatMap { port, artifacts in
      artifacts.flatMap { artifact in
        artifact.files.sorted { $0.key < $1.key }.map { name, path in
          (Change(port: port, file: name), path, Mark(path))
        }
      }
    }
  }

  /// The first file that is not what it was.
  func broken() -> Change? { files.first { $0.mark != Mark($0.path) }?.change }
}
