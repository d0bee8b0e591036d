import Testing

@testable import Imaging

/// Drawn smears: red cells are pink, nuclei violet, and cytoplasm pale blue.
@Suite struct WhiteCellsTests {
  private static let nucleus: [UInt8] = [90, 40, 150]
  private static let cytoplasm: [UInt8] = [185, 185, 225]
  private static let redCell: [UInt8] = [220, 160, 170]

  private struct Disc {
    var (x, y, radius): (Int, Int, Int)
    var colour: [UInt8]
  }

  private func smear(
    _ discs: [Disc], width: Int = 160, height: Int = 120, background: UInt8 = 240
  ) -> Image {
    var image = Image(width: width, height: height, filledWith: background)
    for disc in discs {
      for y in max(0, disc.y - disc.radius)...min(height - 1, disc.y + disc.radius) {
        for x in max(0, disc.x - disc.radius)...min(width - 1, disc.x + disc.radius) {
          let (across, down) = (x - disc.x, y - disc.y)
          guard across * across + down * down <= disc.radius * disc.radius else { continue }
          for channel in 0..<3 { image[x, y, channel] = disc.colour[channel] }
        }
      }
    }
    return image
  }

  private func cell(_ x: Int, _ y: Int, _ radius: Int = 12) -> [Disc] {
    [
      Disc(x: x, y: y, radius: radius + 4, colour: Self.cytoplasm),
      Disc(x: x, y: y, radius: radius, colour: Self.nucleus),
    ]
  }

  private func redCells(_ places: [(Int, Int)]) -> [Disc] {
    places.map { Disc(x: $0.0, y: $0.1, radius: 14, colour: Self.redCell) }
  }

  private func find(_ discs: [Disc]) -> [Rectangle] {
    WhiteCells(in: smear(discs), atLeast: 20).cells.map(\.boundingBox)
  }

  @Test func findsEveryCellWithItsCytoplasmAndNoRedCell() {
    let found = find(redCells([(20, 90), (140, 100)]) + cell(40, 40) + cell(110, 60, 10))
    #expect(
      found == [
        Rectangle(x: 24, y: 24, width: 33, height: 33),
        Rectangle(x: 96, y: 46, width: 29, height: 29),
      ])
  }

  /// On the saturation, or with two classes, the red cells of this field win.
  @Test func findsAPlateletAmongRedCells() {
    let platelet = Disc(x: 70, y: 60, radius: 4, colour: [150, 90, 170])
    let found = find(redCells([(20, 90), (140, 100), (30, 30), (120, 30)]) + [platelet])
    #expect(found == [Rectangle(x: 66, y: 56, width: 9, height: 9)])
  }

  @Test func dropsPlateletsNextToACell() {
    let platelet = Disc(x: 130, y: 20, radius: 4, colour: Self.nucleus)
    #expect(find(redCells([(20, 90)]) + cell(60, 60) + [platelet]).count == 1)
  }

  @Test func lobesAreOneNucleus() {
    let lobes = [
      Disc(x: 70, y: 60, radius: 18, colour: Self.cytoplasm),
      Disc(x: 63, y: 60, radius: 5, colour: Self.nucleus),
      Disc(x: 77, y: 58, radius: 6, colour: Self.nucleus),
    ]
    let found = find(redCells([(20, 90)]) + lobes)
    #expect(found.count == 1)
    #expect((found.first?.width ?? 0) >= 30)
  }

  @Test func aCellDoesNotGrowFarIntoATouchingRedCell() throws {
    let box = try #require(find(redCells([(20, 90), (87, 60)]) + cell(60, 60)).first)
    // Cytoplasm as blue as this counts as nucleus, of radius 16: half the side of a square of its
    // area is 14 pixels.
    #expect(box.x == 44 && box.x + box.width <= 60 + 16 + 14 + 1, "\(box)")
  }

  @Test func findsCellsCutOutOnBlack() {
    var image = smear([Disc(x: 60, y: 50, radius: 20, colour: [70, 30, 60])], background: 0)
    image[60, 50, 0] = 90
    #expect(
      WhiteCells(in: image, atLeast: 20).cells == [
        WhiteCell(
          boundingBox: Rectangle(x: 40, y: 30, width: 41, height: 41), nucleusArea: 1257)
      ])
  }

  @Test func blackCornersOfATurnedImageAreNoCells() {
    var image = smear(redCells([(80, 90)]) + cell(80, 50))
    for y in 0..<120 {
      for x in 0..<160 where x + y < 60 || x + y > 230 {
        for channel in 0..<3 { image[x, y, channel] = 0 }
      }
      // The blurred edge is dark, and bluish by chance.
      let x = 60 - y
      if x >= 0 { (image[x, y, 0], image[x, y, 1], image[x, y, 2]) = (60, 60, 140) }
    }
    let found = WhiteCells(in: image, atLeast: 20).cells.map(\.boundingBox)
    #expect(found == [Rectangle(x: 64, y: 34, width: 33, height: 33)])
  }

  @Test func emptyImagesHaveNoCells() {
    #expect(WhiteCells(in: Image(width: 40, height: 30, filledWith: 200), atLeast: 1).cells.isEmpty)
    let grey = Image(width: 40, height: 30, channels: 1)
    #expect(WhiteCells(in: grey, atLeast: 1).cells.isEmpty)
    #expect(WhiteCells(in: Image(width: 4, height: 3), atLeast: 1).cells.isEmpty)
  }

  /// The work is bounded even if every second pixel is a region.
  @Test func noiseIsSurvived() {
    var image = Image(width: 300, height: 200, filledWith: 230)
    for y in stride(from: 0, to: 200, by: 3) {
      for x in stride(from: 0, to: 300, by: 3) { image[x, y, 0] = 40 }
    }
    #expect(WhiteCells(in: image, atLeast: 0).cells.count <= 1000)
  }
}
