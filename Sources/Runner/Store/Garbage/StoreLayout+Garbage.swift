internal import Glibc
internal import PipelineDSL

extension StoreLayout {
  /// What is kept, a folder a project.
  var roots: String { root + "/roots" }
  /// What runs that go on use, a file a run.
  var liveRuns: String { roots + "/live" }
  /// What was collected and is not deleted yet, a folder a collection.
  var trash: String { root + "/trash" }

  /// Makes the folders of what is kept; they are not made with the store, which may be older.
  func createRoots() throws(StoreError) {
    for folder in [roots, liveRuns] {
      try Self.refuseLink(folder)
      try Folder.create(folder)
    }
  }

  /// Opens a store that must be there already.
  public static func existing(_ root: String) throws(StoreError) -> StoreLayout {
    guard FileStatus(root + "/version") != nil else {
      throw StoreError(path: root, "is not a store of Assay: it has no file 'version'")
    }
    return try StoreLayout(root: root)
  }

  /// Puts a file in place of what has its name, whole at any moment.
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
