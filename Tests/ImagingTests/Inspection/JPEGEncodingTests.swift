import Imaging
import Testing

@Suite struct JPEGEncodingTests {
  private func image(_ tone: UInt8) -> Image {
    var image = Image(width: 32, height: 24)
    for at in image.pixels.indices { image.pixels[at] = UInt8(truncatingIfNeeded: at * 7) ^ tone }
    return image
  }

  @Test("equal settings give equal signatures, other qualities others")
  func signatureIsOfTheSettings() throws {
    let one = try #require(JPEGEncoding(try JPEGCodec.encode(image(0), quality: 90)))
    let same = try #require(JPEGEncoding(try JPEGCodec.encode(image(90), quality: 90)))
    let other = try #require(JPEGEncoding(try JPEGCodec.encode(image(0), quality: 70)))
    #expect(one == same)
    #expect(one.signature != other.signature)
    #expect(other.strength > one.strength)
  }

  @Test("other formats and damaged headers have none")
  func otherFilesHaveNone() throws {
    #expect(JPEGEncoding(try PNGCodec.encode(image(0))) == nil)
    #expect(JPEGEncoding([]) == nil)
    let bytes = try JPEGCodec.encode(image(0))
    for length in [2, 3, 10, 30] { #expect(JPEGEncoding(Array(bytes.prefix(length))) == nil) }
  }
}
