import PipelineDSL
import Testing

@testable import Store

struct ArtifactManifestTests {
  static let manifest = ArtifactManifest([
    .init(path: "table of contents.csv", size: 12, digest: Digest.of("b")),
    .init(path: "a/b.png", size: 3, digest: Digest.of("a")),
    .init(path: "a.png", size: 0, digest: Digest.of("")),
  ])

  @Test func isSortedByBytes() {
    #expect(Self.manifest.files.map(\.path) == ["a.png", "a/b.png", "table of contents.csv"])
    #expect(Self.manifest.totalSize == 15)
  }

  @Test func hasTheSameFormAsALocationSnapshot() {
    let snapshot = LocationSnapshot(
      root: "/data",
      entries: Self.manifest.files.map { .init(path: $0.path, size: $0.size, digest: $0.digest) })
    #expect(String(decoding: Self.manifest.bytes, as: UTF8.self) == snapshot.manifest)
    #expect(Self.manifest.digest == snapshot.digest)
  }

  @Test func readsWhatItWrites() throws {
    #expect(try ArtifactManifest(parsing: Self.manifest.bytes) == Self.manifest)
    #expect(try ArtifactManifest(parsing: []).files == [])
  }

  static let good = Digest.of("x").hex

  @Test(
    arguments: [
      ("\(good) 1 a", "is not '<sha256> <size> <path>'"),
      ("\(good) 1 \n", "is not '<sha256> <size> <path>'"),
      ("\(good) -1 a\n", "is not '<sha256> <size> <path>'"),
      ("\(good.uppercased()) 1 a\n", "is not '<sha256> <size> <path>'"),
      ("short\n", "is not '<sha256> <size> <path>'"),
      ("\(good) 1 ../a\n", "leads out of the artifact"),
      ("\(good) 1 /a\n", "leads out of the artifact"),
      ("\(good) 1 a//b\n", "leads out of the artifact"),
      ("\(good) 1 a/./b\n", "leads out of the artifact"),
    ])
  func refuses(text: String, reason: String) {
    let error = #expect(throws: StoreError.self) {
      try ArtifactManifest(parsing: Array(text.utf8))
    }
    #expect(error?.description == "manifest, line 1: \(reason)")
    #expect(error?.damaged == true)
  }

  @Test func refusesUnsortedAndDuplicatePaths() {
    for text in ["\(Self.good) 1 b\n\(Self.good) 1 a\n", "\(Self.good) 1 a\n\(Self.good) 1 a\n"] {
      let error = #expect(throws: StoreError.self) {
        try ArtifactManifest(parsing: Array(text.utf8))
      }
      #expect(error?.description == "manifest, line 2: is out of order")
    }
  }

  /// Sizes whose sum overflows, found by the fuzzer: `totalSize` ended the process.
  @Test func refusesSizesThatOverflow() {
    let text = "\(Self.good) \(Int.max) a\n\(Self.good) 1 b\n"
    let error = #expect(throws: StoreError.self) {
      try ArtifactManifest(parsing: Array(text.utf8))
    }
    #expect(error?.description == "manifest, line 2: has an impossible size")
  }

  @Test func refusesNULInAPath() {
    #expect(throws: StoreError.self) {
      try ArtifactManifest(parsing: Array("\(Self.good) 1 a\0b\n".utf8))
    }
  }
}
