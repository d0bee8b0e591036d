import Imaging
import Testing

@testable import Stages

@Suite struct BackdropTests {
  @Test("each backdrop has the image's size and hides it")
  func colours() {
    var image = Image(width: 20, height: 20, filledWith: 10)
    for pixel in 0..<200 { image.pixels[3 * pixel] = 250 }
    for backdrop in Backdrop.allCases {
      let hidden = backdrop.image(for: image)
      #expect((hidden.width, hidden.height, hidden.channels) == (20, 20, 3))
      #expect(hidden != image)
    }
    #expect(Set(Backdrop.black.image(for: image).pixels) == [0])
    #expect(Set(Backdrop.grey.image(for: image).pixels) == [128])
    #expect(Backdrop.mean.image(for: image) == image.evened)
    #expect(Backdrop.blur.image(for: image) == image.gaussianFiltered(deviation: 2))
  }
}
