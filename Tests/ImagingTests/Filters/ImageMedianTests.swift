import Imaging
import Testing

@Suite struct ImageMedianTests {
  @Test(arguments: [1, 2, 5])
  func filtersLikeSciPy(_ radius: Int) throws {
    let image = try Reference.operations.image("image")
    let expected = try Reference.operations.image("median/\(radius)")
    #expect(difference(image.medianFiltered(radius: radius), expected) == 0)
  }

  @Test func radiusZeroChangesNothing() {
    let image = patterned(width: 5, height: 4)
    #expect(image.medianFiltered(radius: 0) == image)
  }

  @Test(arguments: [1, 2, 7])
  func imagesSmallerThanTheWindowAreFiltered(_ radius: Int) {
    let image = Image(width: 1, height: 1, pixels: [1, 200, 3])
    #expect(image.medianFiltered(radius: radius) == image)
    let row = Image(width: 3, height: 1, channels: 1, pixels: [9, 0, 5])
    #expect(row.medianFiltered(radius: 1).pixels == [9, 5, 5])
  }
}
