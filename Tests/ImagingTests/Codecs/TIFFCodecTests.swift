import Imaging
import Testing

@Suite struct TIFFCodecTests {
  @Test func unsupportedKindsAreNamedInTheError() throws {
    let float = try Reference.formats.bytes("file/refused-float")
    #expect(reason { _ = try TIFFCodec.decode(float) }?.contains("floating-point") == true)
    let wide = try Reference.formats.bytes("file/refused-32")
    #expect(reason { _ = try TIFFCodec.decode(wide) }?.contains("32 bits per sample") == true)
  }

  @Test func damagedStripsAreRefusedWithTheReason() throws {
    let bytes = try Reference.formats.bytes("file/tiff-rgb-deflate")
    var damaged = bytes
    // In this file the data of the first strip is directly before or after the directory.
    for place in 300..<bytes.count - 40 { damaged[place] ^= 0x55 }
    #expect(reason { _ = try TIFFCodec.decode(damaged) }?.contains("the TIFF") == true)
  }

  @Test func otherFilesAreRefused() {
    #expect(reason { _ = try TIFFCodec.decode([]) } != nil)
    #expect(reason { _ = try TIFFCodec.decode(Array("no image at all".utf8)) } != nil)
    #expect(reason { _ = try TIFFCodec.decode([0x49, 0x49, 42, 0, 8, 0, 0, 0]) } != nil)
  }

  @Test func readsOnFourThreads() throws {
    let bytes = try Reference.formats.bytes("file/tiff-tiles")
    let expected = try TIFFCodec.decode(bytes)
    let images = try Parallel.map(64, threads: 4) { index in
      // Only every other index reads the file.
      index % 2 == 0 ? try TIFFCodec.decode(bytes) : nil
    }
    for (index, image) in images.enumerated() where index % 2 == 0 { #expect(image == expected) }
  }

  /// Headers that declare more pixels than the bytes can hold, for each compression.
  ///
  /// Before, each was allowed the memory of the fax codes, whose white rows take almost no bytes.
  @Test(arguments: ["None", "lzw", "deflate", "packbits"])
  func aHeaderThatDeclaresTooMuchIsRefused(_ compression: String) throws {
    var bytes = try Reference.formats.bytes("file/tiff-rgb-\(compression)")
    func number(_ at: Int, _ width: Int) -> Int {
      bytes[at..<at + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let directory = number(4, 4)
    for entry in 0..<number(directory, 2) {
      let at = directory + 2 + 12 * entry
      // Width, height and rows per strip, in 32 bits.
      guard [256, 257, 278].contains(number(at, 2)) else { continue }
      bytes.replaceSubrange(at + 2..<at + 12, with: [4, 0, 1, 0, 0, 0, 0x10, 0x27, 0, 0])
    }
    let reason = try #require(reason { _ = try TIFFCodec.decode(bytes) })
    #expect(reason.contains("10000 x 10000 pixels, more than its"), "\(reason)")
  }
}
