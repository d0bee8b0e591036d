internal import Foundation

/// Writes a `.npy` file row by row, so that the whole array is never in memory.
///
/// A writer dropped before `finish` leaves a file that no reader accepts, unless the maximum number
/// of rows was written.
public struct NPYWriter: ~Copyable {
  private let path: String
  private let rowBytes: Int
  private let most: Int
  private let kind: NPYArray.Kind
  private let rowShape: [Int]
  private var written = 0
  private var file: UnsafeMutablePointer<FILE>?

  /// Creates or truncates the file at a path, for at most `most` rows of the given shape.
  ///
  /// Throws if the file cannot be created.
  public init(
    path: String, kind: NPYArray.Kind, rowShape: [Int], atMost most: Int
  ) throws(ImageError) {
    (self.path, self.most, self.kind, self.rowShape) = (path, most, kind, rowShape)
    rowBytes = rowShape.reduce(kind.size, *)
    file = fopen(path, "wbe")
    guard file != nil else { throw Self.problem(path) }
    try put(NPYHeader.encode(kind, [most] + rowShape))
  }

  deinit {
    if let file { fclose(file) }
  }

  /// Appends a row.
  ///
  /// Throws if the row's length does not match the shape, if all rows are written already, and if
  /// writing to the disk fails.
  public mutating func append(_ row: [UInt8]) throws(ImageError) {
    guard row.count == rowBytes, written < most else {
      throw ImageError(
        "row \(written + 1) of \(row.count) bytes does not fit '\(path)', an array of \(most) rows "
          + "of \(rowBytes) bytes")
    }
    try put(row)
    written += 1
  }

  /// Finishes the file and stores the number of rows in its header.
  ///
  /// Throws if writing to the disk fails.
  public mutating func finish() throws(ImageError) {
    if let file, written < most {
      guard fseek(file, 0, SEEK_SET) == 0 else { throw Self.problem(path) }
      // Padded to the length of the header it replaces.
      let longest = NPYHeader.encode(kind, [most] + rowShape).count
      try put(NPYHeader.encode(kind, [written] + rowShape, length: longest))
    }
    let closed = file.map { fclose($0) }
    file = nil
    guard closed == 0 else { throw Self.problem(path) }
  }

  private func put(_ bytes: [UInt8]) throws(ImageError) {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Self.problem(path)
    }
  }

  private static func problem(_ path: String) -> ImageError {
    ImageError("cannot write '\(path)': \(String(cString: strerror(errno)))")
  }
}
