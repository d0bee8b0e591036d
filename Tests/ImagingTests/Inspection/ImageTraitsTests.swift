import Imaging
import Testing

@Suite struct ImageTraitsTests {
  @Test("tone and sharpness are those of luma")
  func toneAndSharpness() {
    let flat = ImageTraits(Image(width: 40, height: 30, filledWith: 90))
    #expect(flat.brightness == 90 && flat.contrast == 0 && flat.sharpness == 0)
    let cell = CellPictures.cell()
    let (sharp, soft) = (ImageTraits(cell), ImageTraits(cell.gaussianFiltered(deviation: 3)))
    #expect(soft.sharpness * 4 < sharp.sharpness)
    #expect(soft.detail < sharp.detail)
  }

  @Test("a mark in the upper left corner is in the first part of the frame")
  func markIsInItsPart() {
    var image = CellPictures.cell()
    let before = ImageTraits(image)
    for y in 0..<8 { for x in 0..<8 { for channel in 0..<3 { image[x, y, channel] = 20 } } }
    let after = ImageTraits(image)
    #expect(after.border.count == ImageTraits.borderCount)
    #expect(after.border[0] < before.border[0] - 10)
    #expect(after.extremes[0] == 20)
    #expect(abs(after.border[12] - before.border[12]) < 30)
  }

  @Test("the surroundings are those outside the cell, and none are on black")
  func surroundings() throws {
    let plain = try #require(ImageTraits(CellPictures.cell()).surroundings)
    #expect(plain.count == ImageTraits.surroundingsCount)
    #expect(abs(plain[0] - 230) < 4 && abs(plain[1] - 215) < 4)
    // Another nucleus is not another background.
    let other = try #require(ImageTraits(CellPictures.cell(violet: 60)).surroundings)
    #expect(abs(plain[0] - other[0]) < 4)
    let cutOut = CellPictures.cell(ground: [0, 0, 0], spots: false)
    #expect(ImageTraits(cutOut).surroundings == nil)
  }
}
