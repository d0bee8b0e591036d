import Imaging
import Testing

@Suite struct PNGCodecTests {
  @Test(
    arguments: [
      "png-rgb", "png-grey", "png-1", "png-palette", "png-rgba", "png-grey-alpha", "png-grey-16",
      "png-gamma", "png-interlaced",
    ])
  func decodesLikeTheReference(_ name: String) throws {
    let bytes = try Reference.codecs.bytes("file/" + name)
    let image = try PNGCodec.decode(bytes)
    #expect(difference(image, try Reference.codecs.pixels(of: name)) == 0)
    let size = try PNGCodec.size(bytes)
    #expect(size == (image.width, image.height))
  }

  @Test(arguments: [1, 3])
  func decodingReversesEncoding(_ channels: Int) throws {
    let image = patterned(width: 37, height: 23, channels: channels)
    let bytes = try PNGCodec.encode(image)
    #expect(try PNGCodec.decode(bytes, channels: channels) == image)
    #expect(try PNGCodec.encode(image) == bytes)
  }

  @Test func oneChannelIsReadOnlyFromGreyFiles() throws {
    let grey = try PNGCodec.decode(Reference.codecs.bytes("file/png-grey"), channels: 1)
    #expect(grey.coloured == (try Reference.codecs.pixels(of: "png-grey")))
    let colour = try Reference.codecs.bytes("file/png-rgb")
    #expect(
      reason { _ = try PNGCodec.decode(colour, channels: 1) }?.contains("one channel") == true)
  }

  @Test(arguments: ["png-rgb", "png-palette", "png-interlaced", "png-grey-16"])
  func damagedFilesAreRefusedOrRead(_ name: String) throws {
    let refused = damage(try Reference.codecs.bytes("file/" + name)) { _ = try PNGCodec.decode($0) }
    #expect(refused > 50)
  }

  @Test func oversizedHeadersAreRefused() throws {
    var bytes = try Reference.codecs.bytes("file/png-rgb")
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
    #expect(reason { _ = try PNGCodec.decode(bytes) }?.contains("8192 x 8192") == true)
    bytes.replaceSubrange(16..<24, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(reason { _ = try PNGCodec.decode(bytes) }?.contains("more than 100000000") == true)
  }
}
