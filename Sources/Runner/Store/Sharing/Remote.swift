public import PipelineDSL

/// A place that results are pushed to and pulled from: a folder, or storage that rclone reaches.
///
/// Objects come before the keys that refer to them, so that whatever has arrived is complete, and
/// an interrupted copy resumes where it was. Nothing is ever deleted there.
public protocol Remote: Sendable {
  /// The place, as the user wrote it, but for credentials.
  var name: String { get }

  /// What is there, by one listing; `nil` if there is no store.
  ///
  /// - Throws: `StoreError` if it cannot be reached, or a newer Assay wrote it.
  func list() throws(StoreError) -> RemoteListing?

  /// Copies results of a store there: some keys, or all.
  func push(
    _ keys: [Digest]?, from own: ActionCache, threads: Int
  ) throws(StoreError) -> TransferOutcome

  /// Copies results from there into a store: some keys, or all.
  ///
  /// What arrives is compared with its digest before it is stored. An earlier listing is used if it
  /// is given.
  func pull(
    _ keys: [Digest]?, into own: ActionCache, listing: RemoteListing?, threads: Int
  ) throws(StoreError) -> TransferOutcome

  /// Checks every result and object there; reads the content of all objects if `digests` is set.
  func check(digests: Bool, threads: Int) throws(StoreError) -> StoreCheck
}

/// Finds the remote that a word of the command line names.
public enum Remotes {
  /// `rclone:NAME:PATH`, or else a folder; rclone gets the environment.
  public static func named(
    _ text: String, environment: [String: String]
  ) throws(StoreError) -> any Remote {
    guard text.hasPrefix(RcloneRemote.prefix) else { return FolderRemote(text) }
    return try RcloneRemote(text, environment: environment)
  }
}
