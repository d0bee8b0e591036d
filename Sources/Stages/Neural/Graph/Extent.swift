/// Rows and columns: of a kernel, or of the zeros around an image on either side.
struct Extent: Sendable, Hashable {
  let rows: Int
  let columns: Int

  /// As many rows as columns.
  static func square(_ size: Int) -> Extent { Extent(rows: size, columns: size) }
}
