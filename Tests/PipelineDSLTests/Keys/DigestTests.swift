import Testing

@testable import PipelineDSL

@Suite struct DigestTests {
  /// FIPS 180-4 and NIST's examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func knownVectors(_ text: String, _ hex: String) {
    let digest = Digest.of(text)
    #expect(digest.hex == hex && "\(digest)" == hex && digest.short == String(hex.prefix(12)))
    #expect(Digest.of(Array(text.utf8)) == digest)
  }

  @Test func piecesHashLikeTheWhole() {
    var hasher = DigestHasher()
    for piece in ["ab", "", "c"] { hasher.update(Array(piece.utf8)) }
    #expect(hasher.finish() == Digest.of("abc"))
  }

  @Test func hexRoundTripsOrIsRefused() throws {
    let digest = Digest.of("x")
    #expect(Digest(hex: digest.hex) == digest)
    for wrong in [
      "", "ab", digest.hex.uppercased(), String(digest.hex.dropLast()) + "g", digest.hex + "0",
    ] {
      #expect(Digest(hex: wrong) == nil)
    }
    // A substring, and digits without storage of their own.
    #expect(Digest(hex: ("x" + digest.hex + "y").dropFirst().dropLast()) == digest)
    var bytes = Array("sha256 ".utf8)
    digest.appendHex(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "sha256 \(digest.hex)")
    bytes.withUnsafeBufferPointer { buffer in
      #expect(Digest(hexDigits: UnsafeBufferPointer(rebasing: buffer[7...])) == digest)
      #expect(Digest(hexDigits: UnsafeBufferPointer(rebasing: buffer[6...])) == nil)
    }
  }

  @Test func orderIsThatOfTheHexText() {
    let digests = (0..<50).map { Digest.of("\($0)") }
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    #expect(Set(digests + digests).count == 50)
    #expect(Digest.of("abc").seed == 0xBA78_16BF_8F01_CFEA)
  }
}
