internal import CCrypto
internal import Foundation

/// A SHA-256 digest, which identifies content throughout Assay.
public struct Digest: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// Creates a digest from its 32 bytes.
  init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
    func word(_ at: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
    words = (word(0), word(8), word(16), word(24))
  }

  /// Creates a digest from 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    let utf8 = hex.utf8
    guard
      let words = utf8.withContiguousStorageIfAvailable(Self.words) ?? Self.words(Array(utf8))
    else { return nil }
    self.words = words
  }

  /// Creates a digest from 64 lower-case hexadecimal digits in ASCII; `nil` for anything else.
  public init?(hexDigits digits: UnsafeBufferPointer<UInt8>) {
    guard let words = Self.words(digits) else { return nil }
    self.words = words
  }

  /// The digest of bytes in memory.
  public static func of(_ bytes: [UInt8]) -> Digest {
    var hasher = DigestHasher()
    hasher.update(bytes)
    return hasher.finish()
  }

  /// The digest of bytes in memory.
  public static func of(_ bytes: some Sequence<UInt8>) -> Digest { of(Array(bytes)) }

  /// The digest of a string's UTF-8 bytes.
  public static func of(_ text: String) -> Digest { of(text.utf8) }

  /// The digest as 64 lower-case hexadecimal digits.
  public var hex: String {
    String(unsafeUninitializedCapacity: 64) { buffer in
      writeHex(to: buffer)
      return 64
    }
  }

  /// Appends the digits of `hex` to bytes.
  public func appendHex(to bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      writeHex(to: buffer)
      bytes.append(contentsOf: buffer)
    }
  }

  /// The first twelve hexadecimal digits, enough for people to tell digests apart.
  public var short: String { String(hex.prefix(12)) }

  /// The first eight bytes as a number, a seed that depends only on the content.
  public var seed: UInt64 { words.0 }

  private func writeHex(to buffer: UnsafeMutableBufferPointer<UInt8>) {
    func write(_ word: UInt64, _ at: Int) {
      for place in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place)) & 15
        buffer[at + place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
      }
    }
    write(words.0, 0)
    write(words.1, 16)
    write(words.2, 32)
    write(words.3, 48)
  }

  private static func words(
    _ digits: some Collection<UInt8>
  ) -> (UInt64, UInt64, UInt64, UInt64)? {
    guard digits.count == 64 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      words.0 = words.0 << 4 | words.1 >> 60
      words.1 = words.1 << 4 | words.2 >> 60
      words.2 = words.2 << 4 | words.3 >> 60
      words.3 = words.3 << 4 | UInt64(value)
    }
    return words
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// Whether two digests are the same 32 bytes.
  public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  /// Hashes the first word, which is already uniformly distributed.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: Comparable, CustomStringConvertible {
  /// Orders digests like their hexadecimal text.
  public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

  /// The hexadecimal text.
  public var description: String { hex }
}

/// An incremental SHA-256 hasher that uses the processor's own instructions.
public struct DigestHasher: ~Copyable {
  private let context: OpaquePointer?

  /// Creates a hasher without input.
  public init() {
    context = EVP_MD_CTX_new()
    let started = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(started == 1, "libcrypto offers no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    let added = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(added == 1, "libcrypto could not update a digest")
  }

  /// The digest of everything added.
  public consuming func finish() -> Digest {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { bytes in
      let ended = EVP_DigestFinal_ex(context, bytes.baseAddress, nil)
      precondition(ended == 1, "libcrypto could not finish a digest")
      return Digest(bytes: UnsafeRawBufferPointer(bytes))
    }
  }
}
