import Imaging
import Testing

@Suite struct ImageColourTests {
  @Test func greyIsPillows() throws {
    let image = try Reference.operations.image("image")
    #expect(image.grey == (try Reference.operations.image("grey")))
    #expect(image.grey.grey == image.grey)
  }

  @Test func saturationIsThatOfHSV() throws {
    let image = try Reference.operations.image("image")
    #expect(difference(image.saturation, try Reference.operations.image("saturation")) <= 1)
    #expect(image.grey.saturation.pixels.allSatisfy { $0 == 0 })
    let ends = Image(width: 3, height: 1, pixels: [0, 0, 0, 255, 0, 0, 255, 255, 255])
    #expect(ends.saturation.pixels == [0, 255, 0])
  }
}
