internal import Foundation

/// A file without a name that holds rows of floats, for what is too much for memory.
///
/// It goes with the process. Bytes stay in the system's page cache while there is room.
final class RowFile {
  private let descriptor: Int32
  private let rowBytes: Int
  private let most: Int
  private var count = 0

  /// A file made at `path`, for as many rows of `rowLength` floats as `limit` bytes hold.
  init(_ path: String, rowLength: Int, limit: Int) throws(NeuralProblem) {
    rowBytes = rowLength * MemoryLayout<Float>.stride
    most = limit / rowBytes
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw NeuralProblem("\(path): cannot be made: \(String(cString: strerror(errno)))")
    }
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Appends a row and gives its place; `nil` where the file is full or the disk has no more room.
  func append(_ row: [Float]) throws(NeuralProblem) -> Int? {
    precondition(row.count * MemoryLayout<Float>.stride == rowBytes, "a row of another length")
    guard count < most else { return nil }
    let written = row.withUnsafeBytes {
      pwrite(descriptor, $0.baseAddress, rowBytes, off_t(count * rowBytes))
    }
    guard written == rowBytes else { return nil }
    count += 1
    return count - 1
  }

  /// A row that was appended.
  func read(_ place: Int) throws(NeuralProblem) -> [Float] {
    var row = [Float](repeating: 0, count: rowBytes / MemoryLayout<Float>.stride)
    let found = row.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, rowBytes, off_t(place * rowBytes))
    }
    guard found == rowBytes else {
      throw NeuralProblem("kept activations cannot be read: \(String(cString: strerror(errno)))")
    }
    return row
  }
}
