import Testing

@testable import Imaging

@Suite struct ContoursTests {
  @Test func largestRegionsMatchScikitImage() throws {
    let masks = try Reference.operations.array("masks")
    let contours = try Reference.operations.integers("contours")
    let (count, height, width) = (masks.shape[0], masks.shape[1], masks.shape[2])
    #expect(count == 12)
    for index in 0..<count {
      let pixels = Array(masks.bytes[index * width * height..<(index + 1) * width * height])
      let contour = try #require(
        largest(in: Image(width: width, height: height, channels: 1, pixels: pixels)))
      let box = contour.boundingBox
      #expect(
        [box.x, box.y, box.width, box.height, contour.area]
          == Array(contours[index * 5..<(index + 1) * 5]))
    }
  }

  private func largest(_ rows: String...) -> Contour? {
    let pixels = rows.joined().map { $0 == "#" ? UInt8(1) : 0 }
    return largest(
      in: Image(width: rows[0].count, height: rows.count, channels: 1, pixels: pixels))
  }

  private func largest(in mask: Image) -> Contour? {
    Contours.all(in: mask, atLeast: 1).max { $0.area < $1.area }
  }

  @Test func smallRegionsAreLeftOut() {
    let mask = Image(width: 5, height: 1, channels: 1, pixels: [1, 0, 1, 1, 1])
    #expect(Contours.all(in: mask, atLeast: 1).map(\.area) == [1, 3])
    #expect(Contours.all(in: mask, atLeast: 1.5).map(\.boundingBox.x) == [2])
  }

  @Test func holesBelongToTheRegion() {
    let ring = largest("......", ".####.", ".#..#.", ".#..#.", ".####.", "......")
    #expect(ring?.area == 16)
    #expect(ring?.boundingBox == Rectangle(x: 1, y: 1, width: 4, height: 4))
  }

  @Test func thinRegionsCountEveryPixel() {
    #expect(largest("#")?.area == 1)
    #expect(largest("####")?.area == 4)
    #expect(largest("#.#", ".#.", "#.#")?.area == 5)
    #expect(largest("#..", "##.", "..#")?.area == 4)
  }

  @Test func firstOfEqualRegionsIsReturned() {
    #expect(largest("##..", "....", "..##")?.boundingBox.y == 0)
  }

  @Test func emptyMaskHasNoContour() { #expect(largest("...", "...") == nil) }

  /// Compares regions of random masks, found by runs, with those found pixel by pixel.
  @Test(arguments: [1, 7, 8, 9, 31, 64])
  func regionsMatchAFloodFill(width: Int) throws {
    var state: UInt64 = 5
    for density in [3, 8, 13] as [UInt64] {
      let height = 23
      let pixels = (0..<width * height).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 60 < density ? UInt8(truncatingIfNeeded: state >> 40) | 1 : 0
      }
      let mask = Image(width: width, height: height, channels: 1, pixels: pixels)
      #expect(MaskRegions.find(mask) == flooded(mask))
    }
  }

  private func flooded(_ mask: Image) -> [MaskRegion] {
    var seen = Set<Int>()
    var regions: [MaskRegion] = []
    for first in mask.pixels.indices where mask.pixels[first] != 0 && !seen.contains(first) {
      let (x, y) = (first % mask.width, first / mask.width)
      var region = MaskRegion(first: first, left: x, right: x, top: y, bottom: y)
      var open = [first]
      seen.insert(first)
      while let pixel = open.popLast() {
        let (x, y) = (pixel % mask.width, pixel / mask.width)
        (region.left, region.right) = (min(region.left, x), max(region.right, x))
        region.bottom = max(region.bottom, y)
        for row in max(y - 1, 0)...min(y + 1, mask.height - 1) {
          for column in max(x - 1, 0)...min(x + 1, mask.width - 1) {
            let at = row * mask.width + column
            if mask.pixels[at] != 0, seen.insert(at).inserted { open.append(at) }
          }
        }
      }
      regions.append(region)
    }
    return regions
  }
}
