internal import Glibc
public import PipelineDSL

/// A folder of the store with jobs that were submitted together to a cluster: `jobs/batches/<name>`.
///
/// The coordinator writes the jobs, and workers on other machines write their results beside them.
/// A file appears complete or not at all. The folder outlives the coordinator: whoever computes one
/// of its keys next finds it by the key and waits for its jobs instead of submitting them again.
public struct BatchFolder: Sendable, Hashable {
  /// The name, which is also the comment of the batch in the cluster.
  public let name: String
  /// The path of the folder.
  public let path: String
  /// The folder with the output of the tasks of all batches, one file per task.
  ///
  /// It is never removed: a cluster may start a job late, when its batch is gone, and takes a node
  /// that cannot write the output of a job for broken.
  private let logs: String

  /// The folder of a batch in a store, whether or not it exists.
  public init(_ name: String, in layout: StoreLayout) {
    self.name = name
    path = layout.batches + "/" + name
    logs = layout.jobLogs
  }

  /// The folder at a path, as a worker is given it.
  public init(path: String) {
    self.path = path
    name = path.split(separator: "/").last.map(String.init) ?? path
    logs = path + "/../../logs"
  }

  /// Creates the folder, and that of the logs.
  public func create() throws(StoreError) {
    try Folder.create(path)
    try Folder.create(logs)
  }

  /// The paths of the output of tasks: the number of a task stands between these two parts.
  public var logParts: (start: String, end: String) { ("\(logs)/\(name)-", ".log") }

  private func logPath(_ task: Int) -> String { "\(logParts.start)\(task)\(logParts.end)" }

  /// The output of a task; `nil` without one.
  public func log(of task: Int) -> [UInt8]? {
    try? OpenFile(reading: logPath(task), followLinks: false).readAll()
  }

  /// Whether the folder exists.
  public var exists: Bool { FileStatus(path)?.kind == .folder }

  /// The names of its files; reading them also makes a network file system look again.
  public func names() throws(StoreError) -> [String] {
    try Folder.entries(path).filter { $0.kind == .file && $0.isPlain }.map(\.name)
  }

  /// The content of a file; `nil` without one.
  public func read(_ name: String) -> [UInt8]? {
    guard let file = try? OpenFile(reading: path + "/" + name, followLinks: false) else {
      return nil
    }
    return try? file.readAll()
  }

  /// Writes a file: under a temporary name, flushed to the disk, then renamed.
  public func write(_ bytes: [UInt8], as name: String) throws(StoreError) {
    let target = path + "/" + name
    let partial = path + "/." + StoreLayout.uniqueName()
    do throws(StoreError) {
      let file = try OpenFile(creating: partial)
      try file.write(bytes)
      try file.flush()
      guard rename(partial, target) == 0 else {
        throw StoreError(path: target, "cannot be put in place", code: errno)
      }
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Makes the names of its files durable.
  public func flush() throws(StoreError) { try OpenFile(reading: path).flush() }

  /// Removes the folder, everything in it and the output of its tasks, as far as possible.
  public func remove(tasks: Int) {
    Folder.remove(path)
    for task in 0..<tasks { unlink(logPath(task)) }
  }
}

extension StoreLayout {
  /// The jobs that were submitted to clusters; created when the first batch is.
  public var jobs: String { root + "/jobs" }
  /// One folder per batch.
  var batches: String { jobs + "/batches" }
  /// The output of tasks.
  var jobLogs: String { jobs + "/logs" }
  /// Which batch computes a key: one file per key, with the name of the batch.
  private var submittedKeys: String { jobs + "/keys" }

  /// The batch that was submitted to compute a key and was not evaluated yet.
  public func batch(computing key: Digest) -> BatchFolder? {
    guard let file = try? OpenFile(reading: submittedKeys + "/" + key.hex, followLinks: false),
      let bytes = try? file.readAll()
    else { return nil }
    let name = String(decoding: bytes, as: UTF8.self)
    guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    let batch = BatchFolder(name, in: self)
    return batch.exists ? batch : nil
  }

  /// Records which batch computes a key.
  public func note(_ batch: BatchFolder, computes key: Digest) throws(StoreError) {
    try Self.refuseLink(jobs)
    try Folder.create(submittedKeys)
    try replace(submittedKeys + "/" + key.hex, with: Array(batch.name.utf8), durably: true)
  }

  /// Records that no batch computes a key any more.
  public func forgetBatch(computing key: Digest) { unlink(submittedKeys + "/" + key.hex) }

  /// All batches, in the order of their names.
  public func allBatches() -> [BatchFolder] {
    ((try? Folder.entries(batches)) ?? []).filter { $0.kind == .folder && $0.isPlain }
      .map { BatchFolder($0.name, in: self) }
  }
}
