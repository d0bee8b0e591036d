internal import Foundation

/// Writes a `.npy` file row after row, so that the whole array is never in memory.
///
/// A writer that is dropped before `finish` leaves a file that no reader accepts, unless it has all the
/// rows that it may have.
public struct NPYWriter: ~Copyable {
  private let path: String
  private let rowBytes: Int
  private let most: Int
  private let kind: NPYArray.Kind
  private let rowShape: [Int]
  private var written = 0
  private var file: UnsafeMutablePointer<FILE>?

  /// Creates or empties the file at a path, for at most so many rows of a shape.
  ///
  /// Throws where the file cannot be made.
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

  /// Adds a row.
  ///
  /// Throws where the row has another length than the shape says, where all rows are written
  /// already, and where the disk takes no more.
  public mutating func append(_ row: [UInt8]) throws(ImageError) {
    guard row.count == rowBytes, written < most else {
      throw ImageError(
        "row \(written + 1) of \(row.count) bytes does not fit '\(path)', an array of \(most) rows "
          + "of \(rowBytes) bytes")
    }
    try put(row)
    written += 1
  }

  /// Ends the file, whose header then says how many rows it has.
  ///
  /// Throws where the disk takes no more.
  public mutating func finish() throws(ImageError) {
    if let file, written < most {
      guard fseek(file, 0, SEEK_SET) == 0 else { throw Self.problem(path) }
      // As long as the one it takes the place of.
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
