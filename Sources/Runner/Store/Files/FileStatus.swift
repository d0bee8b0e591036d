internal import Glibc

/// The status of a file.
struct FileStatus: Sendable, Hashable {
  /// The kind of a directory entry.
  enum Kind: Sendable, Hashable {
    case file, folder, link, special
  }

  /// The kind of the file.
  let kind: Kind
  /// The size in bytes.
  let size: Int
  /// When the content last changed, in nanoseconds since 1970.
  let modified: Int
  /// When content, name or permissions last changed, in nanoseconds since 1970.
  let changed: Int
  /// The inode number.
  let inode: Int
  /// The device number.
  let device: Int
  /// The number of hard links.
  let names: Int

  /// Converts the system's structure.
  init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .special
      }
    size = Int(raw.st_size)
    modified = raw.st_mtim.tv_sec * 1_000_000_000 + raw.st_mtim.tv_nsec
    changed = raw.st_ctim.tv_sec * 1_000_000_000 + raw.st_ctim.tv_nsec
    inode = Int(bitPattern: UInt(raw.st_ino))
    device = Int(bitPattern: UInt(raw.st_dev))
    names = Int(raw.st_nlink)
  }

  /// The status of a regular file, as the index stores it.
  init(size: Int, modified: Int, changed: Int, inode: Int, device: Int) {
    (kind, names) = (.file, 1)
    (self.size, self.modified, self.changed) = (size, modified, changed)
    (self.inode, self.device) = (inode, device)
  }

  /// The status of what a path leads to, or of the link itself; `nil` with `errno` set on failure.
  init?(_ path: String, followLinks: Bool = true) {
    var raw = stat()
    guard (followLinks ? stat(path, &raw) : lstat(path, &raw)) == 0 else { return nil }
    self.init(raw)
  }

  /// When a file, or a link itself, was last read or reused, in nanoseconds since 1970.
  ///
  /// Not part of the status, which must stay the same while a file is read.
  static func accessed(_ path: String) -> Int? {
    var raw = stat()
    guard lstat(path, &raw) == 0 else { return nil }
    return raw.st_atim.tv_sec * 1_000_000_000 + raw.st_atim.tv_nsec
  }
}
