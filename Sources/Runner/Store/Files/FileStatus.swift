internal import Glibc

/// What the system knows about a file.
struct FileStatus: Sendable, Hashable {
  /// What stands under a name.
  enum Kind: Sendable, Hashable {
    case file, folder, link, special
  }

  /// What it is.
  let kind: Kind
  /// Bytes.
  let size: Int
  /// When the content last changed, in nanoseconds since 1970.
  let modified: Int
  /// When content, name or permissions last changed, in nanoseconds since 1970.
  let changed: Int
  /// The number of the file on its device.
  let inode: Int
  /// The number of the device.
  let device: Int
  /// How many names the file has.
  let names: Int

  /// The status from the system's own structure.
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

  /// The status of a regular file as the index keeps it.
  init(size: Int, modified: Int, changed: Int, inode: Int, device: Int) {
    (kind, names) = (.file, 1)
    (self.size, self.modified, self.changed) = (size, modified, changed)
    (self.inode, self.device) = (inode, device)
  }

  /// The status of what a path leads to, or of the link itself; `nil` with `errno` set if none.
  init?(_ path: String, followLinks: Bool = true) {
    var raw = stat()
    guard (followLinks ? stat(path, &raw) : lstat(path, &raw)) == 0 else { return nil }
    self.init(raw)
  }

  /// When what stands under a name was last read or asked for, in nanoseconds since 1970.
  ///
  /// Not part of a status, which is to stay the same while a file is read.
  static func accessed(_ path: String) -> Int? {
    var raw = stat()
    guard lstat(path, &raw) == 0 else { return nil }
    return raw.st_atim.tv_sec * 1_000_000_000 + raw.st_atim.tv_nsec
  }
}
