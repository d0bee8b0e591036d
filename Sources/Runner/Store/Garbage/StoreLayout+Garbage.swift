internal import Glibc
internal import PipelineDSL

extension StoreLayout {
  /// What is kept, one folder per project.
  var roots: String { root + "/roots" }
  /// What active runs use, one file per run.
  var liveRuns: String { roots + "/live" }
  /// What was collected and is not deleted yet, one folder per collection.
  var trash: String { root + "/trash" }

  /// Creates the folders of what is kept, which a store of an earlier version may lack.
  func createRoots() throws(StoreError) {
    for folder in [roots, liveRuns] {
      try Self.refuseLink(folder)
      try Folder.create(folder)
    }
  }

  /// Opens an existing store.
  public static func existing(_ root: String) throws(StoreError) -> StoreLayout {
    guard FileStatus(root + "/version") != nil else {
      throw StoreError(path: root, "is not a store of Assay: it has no file 'version'")
    }
    return try StoreLayout(root: root)
  }

  /// Replaces or creates a file atomically.
  func replace(_ path: String, with bytes: [UInt8], durably: Bool) throws(StoreError) {
    let partial = newIncoming()
    do throws(StoreError) {
      let file = try OpenFile(creating: partial)
      try file.write(bytes)
      if durably { try file.flush() }
      guard rename(partial, path) == 0 else {
        throw StoreError(path: path, "cannot be put in place", code: errno)
      }
    } catch {
      unlink(partial)
      throw error
    }
  }
}
