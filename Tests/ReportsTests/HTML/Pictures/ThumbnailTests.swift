import Imaging
import Testing

@testable import Reports

struct ThumbnailTests {
  @Test("of PNG and JPEG the smaller is embedded")
  func smallerFormat() throws {
    let flat = Image(width: 64, height: 64, filledWith: 7)
    #expect(try Thumbnail(flat).html(alt: "a").text.contains("data:image/png;base64,"))
    var noise = flat
    var state: UInt32 = 1
    for index in noise.pixels.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      noise.pixels[index] = UInt8(state >> 24)
    }
    #expect(try Thumbnail(noise).html(alt: "a").text.contains("data:image/jpeg;base64,"))
  }

  @Test("small pictures are enlarged by a whole number, large ones shrunk")
  func sizes() throws {
    func html(_ width: Int, _ height: Int) throws -> String {
      try Thumbnail(Image(width: width, height: height)).html(alt: "<i>").text
    }
    #expect(try html(60, 30).contains("alt=\"&lt;i&gt;\" width=\"120\" height=\"60\""))
    #expect(try html(512, 256).contains("width=\"128\" height=\"64\""))
    #expect(try html(100_000, 1).contains("width=\"128\" height=\"1\""))
  }
}
