internal import Foundation

/// A file of numbered rows of floats, for data that exceeds memory and may be used again.
///
/// Bytes stay in the system's page cache while there is room. A truncated or damaged row counts as
/// missing. While a file is in use for writing, others that open it keep their own rows in an
/// unlinked file.
public final class RowFile {
  private let descriptor: Int32
  private let rowCount: Int
  private let most: Int
  private var count = 0
  private var places: [Int: Int] = [:]

  /// Bytes before the numbers of a row: the row's number and its checksum.
  private static let lead = 16

  /// Opens or creates the file at `path`, for as many rows of `rowLength` floats as fit in `limit`
  /// bytes; without a path no rows are kept.
  public init(_ path: String?, rowLength: Int, limit: Int) throws(NeuralError) {
    rowCount = rowLength
    guard let path, limit > 0 else {
      (descriptor, most) = (-1, 0)
      return
    }
    most = limit / (rowLength * MemoryLayout<Float>.stride + Self.lead)
    let own = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard own >= 0 else { throw Self.problem(path) }
    if flock(own, LOCK_EX | LOCK_NB) == 0 {
      descriptor = own
      findRows()
    } else {
      close(own)
      let unnamed = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max))"
      descriptor = open(unnamed, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw Self.problem(unnamed) }
      unlink(unnamed)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The number of bytes that `rows` rows of `rowLength` floats take.
  public static func bytes(rows: Int, rowLength: Int) -> Int {
    rows * (rowLength * MemoryLayout<Float>.stride + lead)
  }

  /// The number of rows kept.
  public var rows: Int { places.count }

  private var rowBytes: Int { rowCount * MemoryLayout<Float>.stride + Self.lead }

  private func findRows() {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    count = min(Int(status.st_size) / rowBytes, most)
    for place in 0..<count {
      var number = 0
      guard pread(descriptor, &number, 8, off_t(place * rowBytes)) == 8 else { break }
      places[number] = place
    }
  }

  /// Keeps a row under a number, while there is room in the file and on the disk.
  ///
  /// A row shorter than the file's rows is padded with zeros; a longer one is not kept.
  func keep(_ row: [Float], as number: Int) {
    guard row.count <= rowCount, count < most, places[number] == nil else { return }
    let row = row + [Float](repeating: 0, count: rowCount - row.count)
    let lead = [UInt64(bitPattern: Int64(number)), Self.sum(row, number)]
    let bytes = lead.withUnsafeBytes { Array($0) } + row.withUnsafeBytes { Array($0) }
    guard pwrite(descriptor, bytes, rowBytes, off_t(count * rowBytes)) == rowBytes else { return }
    places[number] = count
    count += 1
  }

  /// The row kept under a number, if it exists and is intact.
  func row(_ number: Int) -> [Float]? {
    guard let place = places[number] else { return nil }
    var lead: (Int, UInt64) = (0, 0)
    let isLed = withUnsafeMutableBytes(of: &lead) {
      pread(descriptor, $0.baseAddress, Self.lead, off_t(place * rowBytes)) == Self.lead
    }
    let start = off_t(place * rowBytes + Self.lead)
    let row = [Float](unsafeUninitializedCapacity: rowCount) { buffer, filled in
      let length = rowBytes - Self.lead
      filled = pread(descriptor, buffer.baseAddress, length, start) == length ? rowCount : 0
    }
    guard isLed, row.count == rowCount, lead.0 == number, lead.1 == Self.sum(row, number) else {
      // It will be recomputed and appended again.
      places[number] = nil
      return nil
    }
    return row
  }

  /// A checksum that a change of any bit changes: XOR with each value, then multiplication by an
  /// odd number.
  private static func sum(_ row: [Float], _ number: Int) -> UInt64 {
    row.withUnsafeBufferPointer { row in
      var sum = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: Int64(number))
      for value in row { sum = (sum ^ UInt64(value.bitPattern)) &* 0x0000_0100_0000_01B3 }
      return sum
    }
  }

  private static func problem(_ path: String) -> NeuralError {
    NeuralError("\(path): cannot be created: \(String(cString: strerror(errno)))")
  }
}
