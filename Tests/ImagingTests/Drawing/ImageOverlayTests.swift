import Imaging
import Testing

@Suite struct ImageOverlayTests {
  @Test func heatMapIsBlended() {
    let image = Image(width: 2, height: 1, pixels: [10, 20, 30, 40, 50, 60])
    #expect(image.overlaid(with: [0, 1], opacity: 0) == image)
    #expect(image.overlaid(with: [0, 1], opacity: 1).pixels == [0, 0, 128, 128, 0, 0])
    #expect(image.overlaid(with: [0, 1], opacity: 0.5).pixels == [5, 10, 79, 84, 25, 30])
  }

  @Test func greyBecomesColour() {
    let grey = Image(width: 2, height: 1, channels: 1, pixels: [7, 9])
    #expect(grey.coloured.pixels == [7, 7, 7, 9, 9, 9])
    #expect(grey.overlaid(with: [0, 0]).channels == 3)
  }

  @Test func boundariesAreWhereLabelsChange() {
    let image = Image(width: 3, height: 2, filledWith: 1)
    let drawn = image.boundaries(of: [0, 0, 1, 0, 2, 2], colour: (9, 8, 7))
    let marked = (0..<6).map { drawn.pixels[3 * $0] == 9 }
    #expect(marked == [false, true, true, true, false, false])
    #expect(image.boundaries(of: [4, 4, 4, 4, 4, 4]) == image)
  }
}
