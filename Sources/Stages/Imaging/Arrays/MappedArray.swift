internal import Foundation

/// A memory-mapped `.npy` file, read row by row; its pages are loaded and evicted as needed.
///
/// The file must not be shortened while it is mapped; files in the store never are.
public final class MappedArray: Sendable {
  /// The type of the numbers.
  public let kind: NPYArray.Kind
  /// The length of each axis; there is at least one axis.
  public let shape: [Int]
  private let rowBytes: Int
  private let offset: Int
  private let length: Int
  // A raw pointer is not Sendable by itself; this one is read-only from here until deinit.
  nonisolated(unsafe) private let start: UnsafeMutableRawPointer

  /// Maps a file.
  ///
  /// Throws if the file cannot be read, and as `NPYArray(parsing:)` does.
  public init(path: String) throws(ImageError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.problem(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.problem(path) }
    length = Int(status.st_size)
    let header = try Self.header(descriptor, path)
    guard !header.shape.isEmpty else {
      throw ImageError("'\(path)' holds a single number, not an array of rows")
    }
    guard length - header.offset == header.dataBytes else {
      throw ImageError(
        "'\(path)' holds \(length - header.offset) bytes of data where shape \(header.shape) of "
          + "\(header.kind) needs \(header.dataBytes)")
    }
    (kind, shape, offset) = (header.kind, header.shape, header.offset)
    rowBytes = shape.dropFirst().reduce(kind.size, *)
    guard let start = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw Self.problem(path) }
    self.start = start
  }

  deinit { munmap(start, length) }

  /// The number of rows: the length of axis 0.
  public var count: Int { shape[0] }

  /// A copy of the slice at a position along axis 0, in C order.
  ///
  /// - Precondition: the position is in `0..<count`.
  public func row(_ position: Int) -> [UInt8] {
    precondition((0..<count).contains(position), "row \(position) of \(count)")
    return Array(
      UnsafeRawBufferPointer(start: start + (offset + position * rowBytes), count: rowBytes))
  }

  /// Releases the memory of rows that are not needed soon; reading them again loads them again.
  ///
  /// Pages that are shared with other rows may stay.
  public func release(_ rows: Range<Int>) {
    let page = Int(getpagesize())
    let first = (offset + rows.lowerBound * rowBytes + page - 1) / page * page
    let last = (offset + rows.upperBound * rowBytes) / page * page
    guard first < last, last <= length else { return }
    // A hint: the result does not matter.
    _ = madvise(start + first, last - first, MADV_DONTNEED)
  }

  private static func header(
    _ descriptor: CInt, _ path: String
  ) throws(ImageError) -> NPYHeader {
    var bytes = [UInt8](repeating: 0, count: NPYHeader.longest + 12)
    let got = pread(descriptor, &bytes, bytes.count, 0)
    guard got >= 0 else { throw problem(path) }
    bytes.removeLast(bytes.count - got)
    do {
      return try NPYHeader(parsing: bytes)
    } catch {
      throw ImageError("'\(path)': \(error.reason)")
    }
  }

  private static func problem(_ path: String) -> ImageError {
    ImageError("cannot read '\(path)': \(String(cString: strerror(errno)))")
  }
}
