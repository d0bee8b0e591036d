public import PipelineDSL

/// A store in a folder, such as one on a shared disk.
public struct FolderRemote: Remote {
  /// The folder.
  public let name: String

  /// The store in a folder, whether or not it exists.
  public init(_ folder: String) { name = folder }

  private func store() throws(StoreError) -> ActionCache {
    ActionCache(ObjectStore(try StoreLayout.existing(name)))
  }

  /// The keys there; `nil` if there is no store.
  ///
  /// Objects are looked up when they are copied.
  public func list() throws(StoreError) -> RemoteListing? {
    guard FileStatus(name + "/version") != nil else { return nil }
    var listing = RemoteListing()
    try GarbageCollector.forEachFile(in: try store().layout.keys, suffix: ".json") {
      key, path throws(StoreError) in
      listing.keys[key] = FileStatus(path, followLinks: false)?.size ?? 0
    }
    return listing
  }

  /// Copies results there; a store that does not exist is created.
  public func push(
    _ keys: [Digest]?, from own: ActionCache, threads: Int
  ) throws(StoreError) -> TransferOutcome {
    let other = ActionCache(ObjectStore(try StoreLayout(root: name)))
    var transfer = try StoreTransfer(from: own, to: other, threads: threads)
    return try transfer.run(keys)
  }

  /// Copies results from there.
  public func pull(
    _ keys: [Digest]?, into own: ActionCache, listing: RemoteListing?, threads: Int
  ) throws(StoreError) -> TransferOutcome {
    var transfer = try StoreTransfer(from: try store(), to: own, threads: threads)
    return try transfer.run(keys)
  }

  /// Reads everything there, even without `digests`.
  public func check(digests: Bool, threads: Int) throws(StoreError) -> StoreCheck {
    try StoreCheck(try store(), threads: threads)
  }
}
