/// A number of rows and columns: the size of a kernel, or the zero padding on each side of an
/// image.
struct Extent: Sendable, Hashable {
  let rows: Int
  let columns: Int

  /// The same number of rows and columns.
  static func square(_ size: Int) -> Extent { Extent(rows: size, columns: size) }
}
