/// An array in NumPy's `.npy` format: little-endian numbers in C order, the last axis fastest.
public struct NPYArray: Sendable, Hashable {
  /// The type of the numbers; the raw value is NumPy's name for it.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Unsigned bytes.
    case uint8 = "|u1"
    /// 32-bit integers.
    case int32 = "<i4"
    /// 64-bit integers.
    case int64 = "<i8"
    /// Single precision.
    case float32 = "<f4"
    /// Double precision.
    case float64 = "<f8"

    /// Bytes per number.
    public var size: Int {
      switch self {
      case .uint8: 1
      case .int32, .float32: 4
      case .int64, .float64: 8
      }
    }

    static let names = allCases.map { "\($0)" }.joined(separator: ", ")
  }

  /// The type of the numbers.
  public let kind: Kind
  /// The length of each axis; empty for a single number.
  public let shape: [Int]
  /// The numbers, `kind.size` bytes each.
  public let bytes: [UInt8]

  /// An array of the numbers stored in bytes.
  ///
  /// - Precondition: `bytes` fills the shape.
  public init(kind: Kind, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(kind.size, *), "numbers do not fill the shape")
    (self.kind, self.shape, self.bytes) = (kind, shape, bytes)
  }

  /// An array of bytes.
  public init(uint8 values: [UInt8], shape: [Int]) {
    self.init(kind: .uint8, shape: shape, bytes: values)
  }

  /// An array of single-precision numbers.
  public init(float32 values: [Float], shape: [Int]) {
    // Linux on x86-64 and ARM is little-endian, like the format.
    self.init(kind: .float32, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
  }

  /// The numbers in single precision, whatever their type; large integers and doubles are rounded.
  public var floats: [Float] {
    switch kind {
    case .uint8: bytes.map { Float($0) }
    case .int32: read(Int32.self) { Float($0) }
    case .int64: read(Int64.self) { Float($0) }
    case .float32: read(Float.self) { $0 }
    case .float64: read(Double.self) { Float($0) }
    }
  }

  /// Reads a `.npy` file of format version 1, 2 or 3.
  ///
  /// Throws for other number types (named in the message), for big-endian and Fortran order, and if
  /// the data is shorter or longer than the shape requires.
  public init(parsing bytes: [UInt8]) throws(ImageError) {
    var bytes = bytes
    try self.init(taking: &bytes)
  }

  /// Reads a `.npy` file and takes over its bytes, so that large data is in memory only once.
  init(taking bytes: inout [UInt8]) throws(ImageError) {
    let header = try NPYHeader(parsing: bytes)
    guard bytes.count - header.offset == header.dataBytes else {
      throw ImageError(
        "the .npy file holds \(bytes.count - header.offset) bytes of data where shape "
          + "\(header.shape) of \(header.kind) needs \(header.dataBytes)")
    }
    bytes.removeFirst(header.offset)
    self.init(kind: header.kind, shape: header.shape, bytes: bytes)
  }

  /// The array as a `.npy` file of format version 1.
  public var encoded: [UInt8] { NPYHeader.encode(kind, shape) + bytes }

  private func read<Number: BitwiseCopyable>(
    _ type: Number.Type, _ convert: (Number) -> Float
  ) -> [Float] {
    bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: MemoryLayout<Number>.size).map {
        convert(raw.loadUnaligned(fromByteOffset: $0, as: type))
      }
    }
  }
}
