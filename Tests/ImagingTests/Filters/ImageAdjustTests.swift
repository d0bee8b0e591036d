import Imaging
import Testing

@Suite struct ImageAdjustTests {
  @Test(arguments: ["0.0", "0.4", "1.0", "1.7"])
  func adjustsLikeTorchvision(_ factor: String) throws {
    let image = try Reference.operations.image("image")
    let by = try #require(Float(factor))
    let brightness = try Reference.operations.image("brightness/" + factor)
    #expect(difference(image.brightened(by: by), brightness) <= 1)
    let contrast = try Reference.operations.image("contrast/" + factor)
    #expect(difference(image.contrasted(by: by), contrast) <= 1)
  }

  @Test func factorOneChangesNothing() {
    let image = patterned(width: 6, height: 5)
    #expect(image.brightened(by: 1) == image)
    #expect(image.contrasted(by: 1) == image)
  }

  @Test func contrastKeepsTheMeanOfGrey() {
    let grey = Image(width: 2, height: 1, channels: 1, pixels: [100, 200])
    #expect(grey.contrasted(by: 0.5).pixels == [125, 175])
    #expect(grey.contrasted(by: 3).pixels == [0, 255])
  }

  @Test func flipsSwapSides() {
    let image = Image(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 4])
    #expect(image.flippedHorizontally.pixels == [2, 1, 4, 3])
    #expect(image.flippedVertically.pixels == [3, 4, 1, 2])
  }
}
