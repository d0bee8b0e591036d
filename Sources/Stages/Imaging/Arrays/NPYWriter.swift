internal import Foundation

/// Writes a `.npy` file row after row, so that the whole array is never in memory.
///
/// A writer that is dropped before `finish` leaves a file that no reader accepts, since its header
/// promises more rows than it has.
public struct NPYWriter: ~Copyable {
  private let path: String
  private let rowBytes: Int
  private let count: Int
  private var written = 0
  private var file: UnsafeMutablePointer<FILE>?

  /// Creates or empties the file at a path, for `count` rows of a shape.
  ///
  /// Throws where the file cannot be made.
  public init(
    path: String, kind: NPYArray.Kind, rowShape: [Int], count: Int
  ) throws(ImageProblem) {
    (self.path, self.count) = (path, count)
    rowBytes = rowShape.reduce(kind.size, *)
    file = fopen(path, "wbe")
    guard file != nil else { throw Self.problem(path) }
    try put(NPYHeader.encode(kind, [count] + rowShape))
  }

  deinit {
    if let file { fclose(file) }
  }

  /// Adds a row.
  ///
  /// Throws where the row has another length than the shape says, where all rows are written
  /// already, and where the disk takes no more.
  public mutating func append(_ row: [UInt8]) throws(ImageProblem) {
    guard row.count == rowBytes, written < count else {
      throw ImageProblem(
        "row \(written + 1) of \(row.count) bytes does not fit '\(path)', an array of \(count) rows "
          + "of \(rowBytes) bytes")
    }
    try put(row)
    written += 1
  }

  /// Ends the file.
  ///
  /// Throws where rows are missing, and where the disk takes no more.
  public consuming func finish() throws(ImageProblem) {
    guard written == count else {
      throw ImageProblem("'\(path)' got \(written) of its \(count) rows")
    }
    let closed = file.map { fclose($0) }
    file = nil
    guard closed == 0 else { throw Self.problem(path) }
  }

  private func put(_ bytes: [UInt8]) throws(ImageProblem) {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Self.problem(path)
    }
  }

  private static func problem(_ path: String) -> ImageProblem {
    ImageProblem("cannot write '\(path)': \(String(cString: strerror(errno)))")
  }
}
