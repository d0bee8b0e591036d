/// Appends numbers to bytes, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  /// A writer with room for so many bytes; more make it move all it has, and hold it twice meanwhile.
  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Appends bytes as they are.
  mutating func put(raw bytes: [UInt8]) { self.bytes += bytes }

  mutating func put(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends the numbers behind their count.
  mutating func put(_ numbers: [Float]) {
    put(UInt64(numbers.count))
    put(raw: numbers)
  }

  /// Appends the numbers alone.
  mutating func put(raw numbers: [Float]) {
    #if _endian(little)
      numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
      numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #endif
  }
}

/// Reads what `ByteWriter` wrote; throws where bytes are missing, before it makes room for them.
struct ByteReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func word() throws(NeuralError) -> UInt64 {
    guard bytes.count - at >= 8 else { throw NeuralError("the bytes end too soon") }
    defer { at += 8 }
    return bytes.withUnsafeBytes {
      UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
  }

  /// A word that counts something held in memory.
  mutating func count() throws(NeuralError) -> Int {
    let word = try word()
    guard word < 1 << 48 else { throw NeuralError("a count of \(word) makes no sense") }
    return Int(word)
  }

  /// As many numbers as there must be, behind their count.
  mutating func floats(_ expected: Int) throws(NeuralError) -> [Float] {
    let count = try count()
    guard count == expected else {
      throw NeuralError("\(count) numbers where \(expected) belong")
    }
    guard (bytes.count - at) / 4 >= count else { throw NeuralError("the bytes end too soon") }
    defer { at += 4 * count }
    return Self.floats(bytes[at..<at + 4 * count])
  }

  /// All numbers in some bytes.
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
