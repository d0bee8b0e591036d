import Imaging
import Testing

@Suite struct RectangleTests {
  @Test(arguments: [1, 3])
  func cropsTheRectanglesPixels(_ channels: Int) {
    let image = patterned(width: 11, height: 7, channels: channels)
    let part = image.cropped(to: Rectangle(x: 3, y: 2, width: 5, height: 4))
    #expect(part.width == 5 && part.height == 4 && part.channels == channels)
    for y in 0..<4 {
      for x in 0..<5 {
        for channel in 0..<channels {
          #expect(part[x, y, channel] == image[x + 3, y + 2, channel])
        }
      }
    }
  }

  @Test func croppingToTheWholeChangesNothing() {
    let image = patterned(width: 4, height: 3)
    #expect(image.cropped(to: Rectangle(x: 0, y: 0, width: 4, height: 3)) == image)
  }
}
