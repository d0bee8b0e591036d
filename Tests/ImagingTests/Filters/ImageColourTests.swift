import Imaging
import Testing

@Suite struct ImageColourTests {
  @Test func greyMatchesPillow() throws {
    let image = try Reference.operations.image("image")
    #expect(image.grey == (try Reference.operations.image("grey")))
    #expect(image.grey.grey == image.grey)
  }

  @Test func saturationIsTheRoundedQuotientForEveryColour() {
    var pixels: [UInt8] = []
    var expected: [UInt8] = []
    for most in 1...255 {
      for least in 0...most {
        pixels += [UInt8(least), UInt8(most), UInt8((least + most) / 2)]
        expected.append(UInt8(((most - least) * 255 + most / 2) / most))
      }
    }
    let image = Image(width: expected.count, height: 1, pixels: pixels)
    let isEqual = image.saturation.pixels == expected
    #expect(isEqual)
  }

  @Test func saturationMatchesHSV() throws {
    let image = try Reference.operations.image("image")
    #expect(difference(image.saturation, try Reference.operations.image("saturation")) <= 1)
    #expect(image.grey.saturation.pixels.allSatisfy { $0 == 0 })
    let ends = Image(width: 3, height: 1, pixels: [0, 0, 0, 255, 0, 0, 255, 255, 255])
    #expect(ends.saturation.pixels == [0, 255, 0])
  }
}
