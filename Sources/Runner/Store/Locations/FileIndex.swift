internal import CSQLite
internal import Glibc
internal import PipelineDSL

/// Cached digests of files outside the store, so that unchanged files are not read again.
///
/// Only a cache: it may be deleted at any time, and is recreated if damaged. An entry is valid only
/// for a file whose size, times, inode and device are unchanged, and whose times were certainly in
/// the past when it was read, as in git.
public final class FileIndex {
  /// A file as it was when it was read.
  struct Entry: Sendable, Hashable {
    /// The status of the file.
    let status: FileStatus
    /// When reading began, in nanoseconds since 1970.
    let checked: Int
    /// The digest of its content.
    let digest: Digest

    /// Whether a file with the given current status certainly still has this content.
    ///
    /// A second change within the resolution of the clock would leave no trace in the times, so an
    /// entry that was read so soon after a change is not trusted.
    func holds(for today: FileStatus) -> Bool {
      guard
        (today.size, today.modified, today.changed, today.inode, today.device)
          == (status.size, status.modified, status.changed, status.inode, status.device)
      else { return false }
      let latest = max(status.modified, status.changed)
      return latest + Self.grain(of: latest) < checked
    }

    /// A checksum over everything stored for the entry, which a change of any byte alters: the file
    /// has none of its own, and a damaged digest would be believed.
    func sum(root: String, path: String) -> Int {
      var sum: UInt64 = 0xCBF2_9CE4_8422_2325
      func add(_ word: UInt64) {
        sum = (sum ^ word) &* 0x0000_0100_0000_01B3
        sum ^= sum >> 29
      }
      for text in [root, path, digest.hex] {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(0x100)
      }
      let numbers = [
        status.size, status.modified, status.changed, status.inode, status.device, checked,
      ]
      for number in numbers { add(UInt64(bitPattern: Int64(number))) }
      return Int(truncatingIfNeeded: sum)
    }

    /// How long after a time another change may get the same time, in nanoseconds.
    private static func grain(of time: Int) -> Int {
      // Linux stamps files by its timer tick of at most 10 ms; a file system that stores whole
      // seconds or, like FAT, pairs of seconds, is recognised by the zeros.
      time % 1_000_000_000 == 0 ? 2_000_000_000 : 100_000_000
    }
  }

  /// Problems with the index; never a reason to stop.
  public private(set) var notes: [String] = []
  private let path: String
  private var database: Database?

  /// Opens the index at a path, or creates a new one if it is missing, foreign or damaged.
  public init(path: String) {
    self.path = path
    do throws(DatabaseError) { database = try Self.open(path) } catch { rebuild(error) }
  }

  private static let version = 2
  private static let schema = """
    CREATE TABLE file (
      root TEXT NOT NULL,
      path TEXT NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      device INTEGER NOT NULL,
      checked INTEGER NOT NULL,
      digest TEXT NOT NULL,
      sum INTEGER NOT NULL,
      PRIMARY KEY (root, path)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = \(version);
    """

  private static func open(_ path: String) throws(DatabaseError) -> Database {
    let database = try Database(path)
    let mode = FileSystem.networkName(of: path) == nil ? "WAL" : "TRUNCATE"
    try database.execute("PRAGMA journal_mode = \(mode); PRAGMA synchronous = NORMAL")
    try database.transaction { () throws(DatabaseError) in
      if try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
        try database.execute(schema)
      }
    }
    guard try database.integer("PRAGMA user_version") == version else {
      throw DatabaseError(code: SQLITE_NOTADB, message: "it has another version", sql: nil)
    }
    return database
  }

  /// Recreates a damaged index; works without one if it cannot be used at all.
  private func rebuild(_ error: DatabaseError) {
    // Closed before the files are removed: a connection closed later would remove the new ones.
    database = nil
    guard error.isDamage else {
      notes.append("the file index \(path) is not used: \(error.message)")
      return
    }
    notes.append("the file index \(path) was created again: \(error.message)")
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    do throws(DatabaseError) { database = try Self.open(path) } catch {
      notes.append("the file index \(path) is not used: \(error.message)")
    }
  }

  /// The entries of the files below a root, by path.
  func entries(root: String) -> [String: Entry] {
    var entries: [String: Entry] = [:]
    do throws(DatabaseError) {
      try database?.forEachRow(
        """
        SELECT path, size, modified, changed, inode, device, checked, digest, sum FROM file
        WHERE root = ?
        """, [.text(root)]
      ) { row in
        guard let digest = Digest(hex: row.text(7)) else { return }
        let status = FileStatus(
          size: row.integer(1), modified: row.integer(2), changed: row.integer(3),
          inode: row.integer(4), device: row.integer(5))
        let (path, entry) = (
          row.text(0), Entry(status: status, checked: row.integer(6), digest: digest)
        )
        // A damaged row is ignored: the file is read again, and a new row replaces it.
        if entry.sum(root: root, path: path) == row.integer(8) { entries[path] = entry }
      }
    } catch {
      rebuild(error)
      return [:]
    }
    return entries
  }

  /// Stores the entries of files that were read, and deletes those of files that disappeared.
  func update(root: String, read: [(path: String, entry: Entry)], gone: [String]) {
    guard !read.isEmpty || !gone.isEmpty else { return }
    do throws(DatabaseError) {
      try database?.transaction { () throws(DatabaseError) in
        for (path, entry) in read {
          try database?.run(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
              .text(root), .text(path), .integer(entry.status.size),
              .integer(entry.status.modified), .integer(entry.status.changed),
              .integer(entry.status.inode), .integer(entry.status.device),
              .integer(entry.checked), .text(entry.digest.hex),
              .integer(entry.sum(root: root, path: path)),
            ])
        }
        for path in gone {
          try database?.run(
            "DELETE FROM file WHERE root = ? AND path = ?", [.text(root), .text(path)])
        }
      }
    } catch {
      rebuild(error)
    }
  }
}
