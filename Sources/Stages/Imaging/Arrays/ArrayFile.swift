internal import Foundation

/// A `.npy` file, read row by row, so that memory does not grow with its number of rows.
///
/// It is not mapped into memory: pages of a mapped file count as the program's own once they are read.
public final class ArrayFile: Sendable {
  /// The type of the numbers.
  public let kind: NPYArray.Kind
  /// The length of each axis; there is at least one axis.
  public let shape: [Int]
  private let path: String
  private let rowBytes: Int
  private let offset: Int
  private let descriptor: CInt

  /// Opens a file.
  ///
  /// Throws if the file cannot be read, and as `NPYArray(parsing:)` does.
  public init(path: String) throws(ImageError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.problem(path) }
    do throws(ImageError) {
      let header = try Self.header(descriptor, path)
      (kind, shape, offset) = (header.kind, header.shape, header.offset)
    } catch {
      close(descriptor)
      throw error
    }
    (self.path, self.descriptor) = (path, descriptor)
    rowBytes = shape.dropFirst().reduce(kind.size, *)
  }

  deinit { close(descriptor) }

  /// The number of rows: the length of axis 0.
  public var count: Int { shape[0] }

  /// The slice at a position along axis 0, in C order.
  ///
  /// Throws if it cannot be read, for example because the file was shortened.
  ///
  /// - Precondition: the position is in `0..<count`.
  public func row(_ position: Int) throws(ImageError) -> [UInt8] {
    precondition((0..<count).contains(position), "row \(position) of \(count)")
    var problem: ImageError?
    let row = [UInt8](unsafeUninitializedCapacity: rowBytes) { bytes, initialized in
      while initialized < rowBytes {
        let got = pread(
          descriptor, bytes.baseAddress.map { $0 + initialized }, rowBytes - initialized,
          off_t(offset + position * rowBytes + initialized))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else {
          problem =
            got < 0
            ? Self.problem(path)
            : ImageError("'\(path)' was shortened: row \(position) is missing")
          return
        }
        initialized += got
      }
    }
    if let problem { throw problem }
    return row
  }

  private static func header(
    _ descriptor: CInt, _ path: String
  ) throws(ImageError) -> NPYHeader {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw problem(path) }
    var bytes = [UInt8](repeating: 0, count: NPYHeader.longest + 12)
    let got = pread(descriptor, &bytes, bytes.count, 0)
    guard got >= 0 else { throw problem(path) }
    bytes.removeLast(bytes.count - got)
    let header: NPYHeader
    do { header = try NPYHeader(parsing: bytes) } catch {
      throw ImageError("'\(path)': \(error.reason)")
    }
    guard !header.shape.isEmpty else {
      throw ImageError("'\(path)' holds a single number, not an array of rows")
    }
    let length = Int(status.st_size)
    guard length - header.offset == header.dataBytes else {
      throw ImageError(
        "'\(path)' holds \(length - header.offset) bytes of data where shape \(header.shape) of "
          + "\(header.kind) needs \(header.dataBytes)")
    }
    return header
  }

  private static func problem(_ path: String) -> ImageError {
    ImageError("cannot read '\(path)': \(String(cString: strerror(errno)))")
  }
}
