internal import CCrypto
internal import Foundation

/// A SHA-256 digest: the name of content everywhere in Assay.
public struct Digest: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// A digest from its 32 bytes.
  init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
    func word(_ at: Int) -> UInt64 {
      bytes[at..<at + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(8), word(16), word(24))
  }

  /// A digest from 64 lower-case hexadecimal digits; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  /// The digest of bytes in memory.
  public static func of(_ bytes: some Sequence<UInt8>) -> Digest {
    var hasher = DigestHasher()
    hasher.update(Array(bytes))
    return hasher.finish()
  }

  /// The digest of a string's UTF-8 bytes.
  public static func of(_ text: String) -> Digest { of(text.utf8) }

  /// The digest as 64 lower-case hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 64) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index] = digits[Int(byte >> 4)]
        buffer[2 * index + 1] = digits[Int(byte & 15)]
      }
      return 64
    }
  }

  /// The first twelve hexadecimal digits: enough for a person to tell digests apart.
  public var short: String { String(hex.prefix(12)) }

  /// The first eight bytes as a number: a seed for what must follow from content.
  public var seed: UInt64 { words.0 }

  private var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
    }
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

  /// Hashes the first word, which is uniform already.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: Comparable, CustomStringConvertible {
  /// Orders digests as their hexadecimal text would be.
  public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

  /// The hexadecimal text.
  public var description: String { hex }
}

/// SHA-256 over bytes that arrive in pieces, at the speed of the processor's own instructions.
public struct DigestHasher: ~Copyable {
  private let context: OpaquePointer?

  /// A hasher that has seen nothing yet.
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
    precondition(added == 1, "libcrypto could not go on with a digest")
  }

  /// The digest of everything added.
  public consuming func finish() -> Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    let ended = EVP_DigestFinal_ex(context, &bytes, nil)
    precondition(ended == 1, "libcrypto could not end a digest")
    return Digest(bytes: bytes)
  }
}
