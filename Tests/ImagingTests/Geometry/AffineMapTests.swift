import Imaging
import Testing

@Suite struct AffineMapTests {
  private func image() throws -> Image { try Reference.operations.image("image") }

  @Test func rotatesLikeTorchvision() throws {
    for degrees in [20, 90] {
      let turned = try image().warped(by: AffineMap().rotated(degrees: Double(degrees)))
      #expect(difference(turned, try Reference.operations.image("rotated/\(degrees)")) <= 1)
    }
  }

  @Test func combinedMapMatchesTorchvision() throws {
    let map = AffineMap().rotated(degrees: 33).zoomed(by: 1.3).translated(x: 3, y: -2)
    let expected = try Reference.operations.image("affine")
    #expect(difference(try image().warped(by: map), expected) <= 1)
  }

  @Test func shearsLikeTorchvision() throws {
    // Torchvision shears to the right by minus the tangent.
    let expected = try Reference.operations.image("sheared")
    let sheared = try image().warped(by: AffineMap().sheared(x: -0.3, y: 0))
    #expect(difference(sheared, expected) <= 1)
  }

  @Test func flipsAreExact() throws {
    let image = try image()
    #expect(image.warped(by: AffineMap()) == image)
    #expect(image.warped(by: AffineMap().flippedHorizontally) == image.flippedHorizontally)
    #expect(image.warped(by: AffineMap().flippedVertically) == image.flippedVertically)
    let both = AffineMap().flippedHorizontally.flippedVertically
    #expect(image.warped(by: both) == image.warped(by: AffineMap().rotated(degrees: 180)))
  }

  @Test func uncoveredPixelsAreFilled() {
    let image = Image(width: 4, height: 2, channels: 1, filledWith: 100)
    let moved = image.warped(by: AffineMap().translated(x: 1.5, y: 0), fill: 20)
    #expect(moved.pixels == [20, 60, 100, 100, 20, 60, 100, 100])
    let away = image.warped(by: AffineMap().translated(x: 1e12, y: 0), fill: 7)
    #expect(away == Image(width: 4, height: 2, channels: 1, filledWith: 7))
  }
}
