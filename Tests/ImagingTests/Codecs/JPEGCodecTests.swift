import Imaging
import Testing

@Suite struct JPEGCodecTests {
  @Test(arguments: ["jpeg-420", "jpeg-444", "jpeg-progressive", "jpeg-grey"])
  func decodesLikeTheReference(_ name: String) throws {
    let bytes = try Reference.codecs.bytes("file/" + name)
    let image = try JPEGCodec.decode(bytes)
    #expect(difference(image, try Reference.codecs.pixels(of: name)) <= 1)
    let size = try JPEGCodec.size(bytes)
    #expect(size == (image.width, image.height))
  }

  @Test func encodingIsAccurateAndDeterministic() throws {
    let image = try Reference.operations.image("slic/image").resized(width: 40, height: 30)
    let fine = try JPEGCodec.encode(image, quality: 100)
    #expect(try JPEGCodec.encode(image, quality: 100) == fine)
    let decoded = try JPEGCodec.decode(fine)
    let error = zip(image.pixels, decoded.pixels).map { abs(Int($0) - Int($1)) }.reduce(0, +)
    #expect(Double(error) / Double(image.pixels.count) < 4)
    #expect(try JPEGCodec.encode(image, quality: 40).count < fine.count)
  }

  @Test func greyStaysGrey() throws {
    let grey = patterned(width: 33, height: 21, channels: 1)
    let decoded = try JPEGCodec.decode(JPEGCodec.encode(grey, quality: 100))
    #expect(difference(decoded.grey, grey) <= 3)
  }

  @Test(arguments: ["jpeg-420", "jpeg-progressive", "jpeg-grey"])
  func damagedFilesAreRefusedOrRead(_ name: String) throws {
    let refused = damage(try Reference.codecs.bytes("file/" + name)) {
      _ = try JPEGCodec.decode($0)
    }
    #expect(refused > 50)
  }

  @Test func oversizedHeadersAreRefused() throws {
    var bytes = try Reference.codecs.bytes("file/jpeg-420")
    let frame = try #require(
      bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x20, 0, 0x20, 0])
    #expect(reason { _ = try JPEGCodec.decode(bytes) }?.contains("8192 x 8192") == true)
  }

  @Test func otherFilesAreRefused() {
    #expect(reason { _ = try JPEGCodec.decode([]) } != nil)
    #expect(reason { _ = try JPEGCodec.decode(Array("no image at all".utf8)) } != nil)
  }
}
