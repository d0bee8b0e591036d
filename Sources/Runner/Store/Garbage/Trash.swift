internal import Glibc
internal import PipelineDSL

/// Collected files that can still be restored: `trash/<time>-<name>/`, laid out like the store.
struct Trash {
  /// The files taken by one collection.
  struct Batch: Sendable {
    let path: String
    /// When it was collected, in nanoseconds since 1970.
    let time: Int
  }

  let layout: StoreLayout
  /// The batch of this collection.
  let batch: Batch
  private var folders: Set<String> = []

  init(_ layout: StoreLayout, now: Int) {
    self.layout = layout
    batch = Batch(
      path: "\(layout.trash)/\(now)-\(StoreLayout.uniqueName())", time: now)
  }

  /// The batches that are not deleted yet, newest first.
  static func batches(_ layout: StoreLayout) throws(StoreError) -> [Batch] {
    try StoreLayout.refuseLink(layout.trash)
    guard FileStatus(layout.trash, followLinks: false) != nil else { return [] }
    return try Folder.entries(layout.trash).compactMap { entry in
      guard entry.kind == .folder,
        let time = entry.name.split(separator: "-").first.flatMap({ Int($0) })
      else { return nil }
      return Batch(path: layout.trash + "/" + entry.name, time: time)
    }.sorted { $0.time > $1.time }
  }

  /// Moves a file or folder of the store to the trash; `false` if it has disappeared.
  mutating func take(_ relative: String) throws(StoreError) -> Bool {
    let target = batch.path + "/" + relative
    let folder = String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)])
    if folders.insert(folder).inserted { try Folder.create(folder) }
    if rename(layout.root + "/" + relative, target) == 0 { return true }
    guard errno == ENOENT else {
      throw StoreError(
        path: layout.root + "/" + relative, "cannot be moved to the trash", code: errno)
    }
    return false
  }

  /// Restores a file or folder; `false` if it is gone or its path is in use again.
  @discardableResult
  static func putBack(
    _ relative: String, of batch: Batch, in layout: StoreLayout
  ) throws(StoreError) -> Bool {
    let (source, target) = (batch.path + "/" + relative, layout.root + "/" + relative)
    if let slash = target.lastIndex(of: "/") { try Folder.create(String(target[..<slash])) }
    if link(source, target) == 0 {
      unlink(source)
      return true
    }
    switch errno {
    case EEXIST, ENOENT: return false
    default:
      // A folder, or a file system without hard links.
      guard FileStatus(target, followLinks: false) == nil else { return false }
      if rename(source, target) == 0 { return true }
      guard [ENOENT, EEXIST, ENOTEMPTY].contains(errno) else {
        throw StoreError(path: target, "cannot be restored from the trash", code: errno)
      }
      return false
    }
  }

  /// Deletes batches up to a time; returns the number of files and bytes.
  static func delete(
    _ layout: StoreLayout, until time: Int, dryRun: Bool
  ) throws(StoreError) -> Amount {
    var amount = Amount()
    for batch in try batches(layout) where batch.time <= time {
      amount.add(Folder.amount(batch.path))
      if !dryRun { Folder.remove(batch.path) }
    }
    return amount
  }

  /// The number of files and bytes in the trash.
  static func amount(_ layout: StoreLayout) throws(StoreError) -> Amount {
    var amount = Amount()
    for batch in try batches(layout) { amount.add(Folder.amount(batch.path)) }
    return amount
  }

  /// The files of a batch, by relative path, and folders that were moved as a whole.
  static func contents(_ batch: Batch) throws(StoreError) -> [String] {
    var found: [String] = []
    var folders = [""]
    while let prefix = folders.popLast() {
      for entry in try Folder.entries(prefix.isEmpty ? batch.path : batch.path + "/" + prefix) {
        let path = prefix.isEmpty ? entry.name : prefix + "/" + entry.name
        let depth = path.utf8.count { $0 == 0x2F }
        // `scratch/<run>` and `state/ab/cdef...` are folders that were moved as a whole.
        let isWhole = path.hasPrefix("scratch/") || path.hasPrefix("state/") && depth == 2
        if entry.kind == .folder, !isWhole { folders.append(path) } else { found.append(path) }
      }
    }
    return found
  }
}

/// A number of files and their total size.
public struct Amount: Sendable, Hashable {
  /// The number of files.
  public var files = 0
  /// The total size in bytes.
  public var bytes = 0

  /// Creates an empty amount.
  public init() {}

  /// Adds one file of the given size.
  mutating func add(_ size: Int) {
    files += 1
    bytes += size
  }

  /// Adds another amount.
  mutating func add(_ other: Amount) {
    files += other.files
    bytes += other.bytes
  }
}

extension Folder {
  /// The amount below a folder; links are not followed.
  static func amount(_ path: String) -> Amount {
    var amount = Amount()
    var folders = [path]
    while let folder = folders.popLast() {
      for entry in (try? entries(folder)) ?? [] {
        let below = folder + "/" + entry.name
        if entry.kind == .folder {
          folders.append(below)
        } else {
          amount.add(FileStatus(below, followLinks: false)?.size ?? 0)
        }
      }
    }
    return amount
  }
}
