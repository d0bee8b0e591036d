/// The exclusive right to collect garbage in a store, released when the value is destroyed.
final class CollectionLock {
  private let file: OpenFile
  /// When the lock was taken, by the clock of the store's disk, in nanoseconds since 1970.
  let time: Int

  /// Takes the lock.
  ///
  /// - Throws: `StoreError` if another collection is running.
  init(_ layout: StoreLayout) throws(StoreError) {
    try layout.createRoots()
    file = try OpenFile(appending: layout.roots + "/lock")
    guard file.lock() != .held else {
      throw StoreError(
        path: layout.root, "another collection is running; try again later")
    }
    file.touch()
    time = try file.status().modified
  }
}
