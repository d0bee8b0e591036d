import Imaging
import Testing

@Suite struct ContoursTests {
  @Test func largestRegionsAreScikitImages() throws {
    let masks = try Reference.operations.array("masks")
    let contours = try Reference.operations.integers("contours")
    let (count, height, width) = (masks.shape[0], masks.shape[1], masks.shape[2])
    #expect(count == 12)
    for index in 0..<count {
      let pixels = Array(masks.bytes[index * width * height..<(index + 1) * width * height])
      let contour = try #require(
        Contours.largest(in: Image(width: width, height: height, channels: 1, pixels: pixels)))
      let box = contour.boundingBox
      #expect(
        [box.x, box.y, box.width, box.height, contour.area]
          == Array(contours[index * 5..<(index + 1) * 5]))
    }
  }

  private func largest(_ rows: String...) -> Contour? {
    let pixels = rows.joined().map { $0 == "#" ? UInt8(1) : 0 }
    return Contours.largest(
      in: Image(width: rows[0].count, height: rows.count, channels: 1, pixels: pixels))
  }

  @Test func holesBelongToTheRegion() {
    let ring = largest("......", ".####.", ".#..#.", ".#..#.", ".####.", "......")
    #expect(ring?.area == 16)
    #expect(ring?.boundingBox == Rectangle(x: 1, y: 1, width: 4, height: 4))
  }

  @Test func thinRegionsHaveTheirPixels() {
    #expect(largest("#")?.area == 1)
    #expect(largest("####")?.area == 4)
    #expect(largest("#.#", ".#.", "#.#")?.area == 5)
    #expect(largest("#..", "##.", "..#")?.area == 4)
  }

  @Test func theFirstOfEqualRegionsIsTaken() {
    #expect(largest("##..", "....", "..##")?.boundingBox.y == 0)
  }

  @Test func anEmptyMaskHasNone() { #expect(largest("...", "...") == nil) }
}
