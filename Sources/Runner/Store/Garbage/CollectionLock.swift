/// The right to move what is in a store, which one process has at a time; given back at its end.
final class CollectionLock {
  private let file: OpenFile
  /// When it was taken by the clock of the store's disk, in nanoseconds since 1970.
  let time: Int

  /// Takes the right.
  ///
  /// - Throws: another collection at work.
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
