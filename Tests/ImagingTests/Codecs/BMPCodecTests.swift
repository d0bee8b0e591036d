import Imaging
import Testing

@Suite struct BMPCodecTests {
  @Test(arguments: Reference.codecs.names("file").filter { $0.hasPrefix("bmp") })
  func decodesLikeTheReference(_ name: String) throws {
    let bytes = try Reference.codecs.bytes("file/" + name)
    let image = try BMPCodec.decode(bytes)
    #expect(difference(image, try Reference.codecs.pixels(of: name)) == 0)
    let size = try BMPCodec.size(bytes)
    #expect(size == (image.width, image.height))
  }

  @Test func referenceFilesExist() {
    #expect(Reference.codecs.names("file").filter { $0.hasPrefix("bmp") }.count == 17)
  }

  @Test(arguments: [1, 2, 3, 4, 17])
  func decodingReversesEncoding(_ width: Int) throws {
    let image = patterned(width: width, height: 5)
    #expect(try BMPCodec.decode(BMPCodec.encode(image)) == image)
  }

  @Test func greyIsWrittenAsColour() throws {
    let grey = patterned(width: 6, height: 4, channels: 1)
    #expect(try BMPCodec.decode(BMPCodec.encode(grey)).grey == grey)
  }

  @Test(arguments: ["bmp-24", "bmp-8-palette", "bmp-4", "bmp-1", "bmp-32-masks"])
  func damagedFilesAreRefusedOrRead(_ name: String) throws {
    let refused = damage(try Reference.codecs.bytes("file/" + name)) { _ = try BMPCodec.decode($0) }
    #expect(refused > 50)
  }

  @Test func oversizedHeadersAreRefusedBeforeAllocation() throws {
    var bytes = try Reference.codecs.bytes("file/bmp-24")
    bytes.replaceSubrange(18..<26, with: [0x00, 0x20, 0, 0, 0x00, 0x20, 0, 0])
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("8192 x 8192") == true)
    bytes.replaceSubrange(18..<26, with: [0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F])
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("more than 100000000") == true)
    bytes.replaceSubrange(18..<26, with: [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80])
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("-1 x 2147483648") == true)
  }

  @Test func unsupportedKindsAreNamedInTheError() throws {
    var bytes = try Reference.codecs.bytes("file/bmp-8-grey")
    bytes[30] = 4
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("compressed by JPEG") == true)
    bytes[28] = 2
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("2 bits per pixel") == true)
    bytes[14] = 41
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("header of 41 bytes") == true)
  }

  @Test func coloursOutsideThePaletteAreRefused() throws {
    var bytes = try Reference.codecs.bytes("file/bmp-8-grey")
    bytes[46] = 1
    bytes[47] = 0
    #expect(reason { _ = try BMPCodec.decode(bytes) }?.contains("not in its palette") == true)
  }
}
