/// Writes numbers to a byte array, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  /// Creates a writer with room for `capacity` bytes; exceeding it copies all bytes, which briefly
  /// takes twice the memory.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Appends bytes as they are.
  mutating func put(raw bytes: [UInt8]) { self.bytes += bytes }

  mutating func put(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends the count of the numbers, then the numbers.
  mutating func put(_ numbers: [Float]) {
    put(UInt64(numbers.count))
    put(raw: numbers)
  }

  /// Appends the numbers without their count.
  mutating func put(raw numbers: [Float]) {
    #if _endian(little)
      numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
      numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #endif
  }
}

/// Reads what `ByteWriter` wrote; throws if bytes are missing, before allocating memory for them.
struct ByteReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func word() throws(NeuralError) -> UInt64 {
    guard bytes.count - at >= 8 else { throw NeuralError("unexpected end of data") }
    defer { at += 8 }
    return bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
  }

  /// Reads a count of items held in memory.
  mutating func count() throws(NeuralError) -> Int {
    let word = try word()
    guard word < 1 << 48 else { throw NeuralError("'\(word)' is not a valid count") }
    return Int(word)
  }

  /// Reads numbers preceded by their count, which must be `expected`.
  mutating func floats(_ expected: Int) throws(NeuralError) -> [Float] {
    let count = try count()
    guard count == expected else {
      throw NeuralError("expected \(expected) numbers, found \(count)")
    }
    guard (bytes.count - at) / 4 >= count else { throw NeuralError("unexpected end of data") }
    defer { at += 4 * count }
    return Self.floats(bytes[at..<at + 4 * count])
  }

  /// Decodes all numbers in a slice of bytes.
  static func floats(_ bytes: ArraySlice<UInt8>) -> [Float] {
    bytes.withUnsafeBytes { raw in
      [Float](unsafeUninitializedCapacity: raw.count / 4) { numbers, count in
        count = raw.count / 4
        for index in 0..<count {
          let word = raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
          numbers.initializeElement(
            at: index, to: Float(bitPattern: UInt32(littleEndian: word)))
        }
      }
    }
  }
}
