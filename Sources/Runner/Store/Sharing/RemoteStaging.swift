/// A store for files that have just arrived, before they are verified.
///
/// It lies among the scratch folders of runs, so that what a killed copy leaves is collected like
/// theirs.
struct RemoteStaging {
  /// The store.
  let cache: ActionCache

  /// Creates an empty store in a folder.
  init(in folder: String) throws(StoreError) {
    let root = folder + "/copy-" + StoreLayout.uniqueName()
    cache = ActionCache(ObjectStore(try StoreLayout(root: root)))
  }

  /// Removes it.
  func remove() { Folder.remove(cache.layout.root) }
}
