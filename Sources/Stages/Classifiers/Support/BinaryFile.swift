/// A file of this library: eight characters, whole numbers of eight bytes, then arrays, all
/// little-endian.
struct BinaryWriter {
  private(set) var bytes: [UInt8]

  init(_ magic: StaticString, _ header: [Int], capacity: Int) {
    bytes = []
    bytes.reserveCapacity(8 + 8 * header.count + capacity)
    magic.withUTF8Buffer { bytes += $0 }
    for value in header { append(UInt64(value)) }
  }

  mutating func append(_ values: [Double]) { for value in values { append(value.bitPattern) } }

  mutating func append(_ values: [Float]) { for value in values { append(value.bitPattern) } }

  mutating func append(_ values: [Int32]) { for value in values { append(value) } }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }
}

/// Reads what `BinaryWriter` wrote; nothing is allocated beyond the size of the file.
struct BinaryReader {
  private let bytes: [UInt8]
  private let file: String
  private var offset = 8

  /// Throws if the file does not begin with the eight characters.
  init(_ bytes: [UInt8], _ magic: StaticString, file: String) throws(ClassifierError) {
    self.bytes = bytes
    self.file = file
    let begins = magic.withUTF8Buffer { bytes.starts(with: $0) }
    try FileDamage.unless(begins, file, "it does not begin with \(magic)")
  }

  /// The next whole number, which must lie in a range.
  mutating func header(_ name: String, in range: ClosedRange<Int>) throws(ClassifierError) -> Int {
    let words = try take(1, width: 8) { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard let value = Int(exactly: words[0]), range.contains(value) else {
      throw FileDamage.error(file, "\(name) is \(words[0])")
    }
    return value
  }

  /// The next `count` numbers, which must be finite.
  mutating func doubles(_ count: Int) throws(ClassifierError) -> [Double] {
    let values = try take(count, width: 8) {
      Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)))
    }
    try FileDamage.unless(values.allSatisfy(\.isFinite), file, "a number is not finite")
    return values
  }

  /// The next rows x columns numbers, which must be finite.
  mutating func floats(_ rows: Int, _ columns: Int) throws(ClassifierError) -> [Float] {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    try FileDamage.unless(!overflow, file, "its table is larger than the file")
    let values = try take(count, width: 4) {
      Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
    }
    try FileDamage.unless(values.allSatisfy(\.isFinite), file, "a number is not finite")
    return values
  }

  /// The next `count` whole numbers.
  mutating func integers(_ count: Int) throws(ClassifierError) -> [Int] {
    try take(count, width: 4) { Int(Int32(littleEndian: $0.loadUnaligned(as: Int32.self))) }
  }

  /// Throws if bytes are left.
  func end() throws(ClassifierError) {
    try FileDamage.unless(
      offset == bytes.count, file, "\(bytes.count - offset) bytes follow its end")
  }

  private mutating func take<Value>(
    _ count: Int, width: Int, _ value: (UnsafeRawPointer) -> Value
  ) throws(ClassifierError) -> [Value] {
    try FileDamage.unless(
      count >= 0 && count <= (bytes.count - offset) / width, file, "it is cut short")
    defer { offset += count * width }
    return bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress else { return [] }
      return (0..<count).map { value(start + offset + $0 * width) }
    }
  }
}
