internal import Glibc
internal import PipelineDSL

/// What was collected and can still be put back: `trash/<time>-<name>/`, laid out like the store.
struct Trash {
  /// One collection.
  struct Batch: Sendable {
    let path: String
    /// When it was collected, in nanoseconds since 1970.
    let time: Int
  }

  let layout: StoreLayout
  /// Where this collection puts what it takes.
  let batch: Batch
  private var folders: Set<String> = []

  init(_ layout: StoreLayout, now: Int) {
    self.layout = layout
    batch = Batch(
      path: "\(layout.trash)/\(now)-\(StoreLayout.uniqueName())", time: now)
  }

  /// The collections that are not deleted yet, the newest first.
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

  /// Takes a file or folder of the store; `false` if it disappeared meanwhile.
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

  /// Puts a file or folder back where it was, unless its place is taken again.
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
      // A folder, or a disk without second names.
      guard FileStatus(target, followLinks: false) == nil else { return false }
      if rename(source, target) == 0 { return true }
      guard [ENOENT, EEXIST, ENOTEMPTY].contains(errno) else {
        throw StoreError(path: target, "cannot be restored from the trash", code: errno)
      }
      return false
    }
  }

  /// Deletes collections up to a time; how many files and bytes went.
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

  /// What collections hold that are not deleted yet.
  static func amount(_ layout: StoreLayout) throws(StoreError) -> Amount {
    var amount = Amount()
    for batch in try batches(layout) { amount.add(Folder.amount(batch.path)) }
    return amount
  }

  /// The files of one collection, by path below it, and folders that moved as a whole.
  static func contents(_ batch: Batch) throws(StoreError) -> [String] {
    var found: [String] = []
    var folders = [""]
    while let prefix = folders.popLast() {
      for entry in try Folder.entries(prefix.isEmpty ? batch.path : batch.path + "/" + prefix) {
        let path = prefix.isEmpty ? entry.name : prefix + "/" + entry.name
        let depth = path.utf8.count { $0 == 0x2F }
        // `scratch/<run>` and `state/ab/cdef...` are folders that moved as one.
        let isWhole = path.hasPrefix("scratch/") || path.hasPrefix("state/") && depth == 2
        if entry.kind == .folder, !isWhole { folders.append(path) } else { found.append(path) }
      }
    }
    return found
  }
}

/// How many files there are, and how many bytes they hold.
public struct Amount: Sendable, Hashable {
  /// Files.
  public var files = 0
  /// Bytes.
  public var bytes = 0

  /// Nothing yet.
  public init() {}

  /// Adds a file.
  mutating func add(_ size: Int) {
    files += 1
    bytes += size
  }

  /// Adds what another counts.
  mutating func add(_ other: Amount) {
    files += other.files
    bytes += other.bytes
  }
}

extension Folder {
  /// What lies below a folder; a link counts as itself.
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
