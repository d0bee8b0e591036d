import Imaging
import Testing

@testable import Stages

@Suite struct CellFinderTests {
  @Test(arguments: [CellFinder.Channel.saturation, .grey])
  func findsACellOnBrightAndBlackBackgrounds(channel: CellFinder.Channel) {
    let finder = CellFinder(channel: channel, margin: 0, square: false)
    for background: [UInt8] in [[230, 225, 230], [0, 0, 0]] {
      let image = Pictures.disc(
        width: 60, height: 50, x: 20, y: 18, radius: 8, background: background)
      let (box, found) = finder.box(in: image)
      #expect(found)
      #expect(box == Rectangle(x: 12, y: 10, width: 17, height: 17))
    }
  }

  @Test func usesTheWholeImageIfNoCellIsFound() {
    let flat = Image(width: 30, height: 20, filledWith: 90)
    let whole = CellFinder(square: false).box(in: flat)
    #expect(!whole.found)
    #expect(whole.box == Rectangle(x: 0, y: 0, width: 30, height: 20))
    #expect(CellFinder().box(in: flat).box == Rectangle(x: 0, y: -5, width: 30, height: 30))
    let speck = Pictures.disc(width: 60, height: 50, x: 20, y: 18, radius: 2)
    #expect(!CellFinder().box(in: speck).found)
    #expect(CellFinder(minimumArea: 0).box(in: speck).found)
  }

  @Test func keepsTheSquareInsideTheImageIfItFits() {
    let corner = Pictures.disc(width: 60, height: 50, x: 8, y: 42, radius: 7)
    let (box, _) = CellFinder(margin: 0.2).box(in: corner)
    #expect(box == Rectangle(x: 0, y: 29, width: 21, height: 21))
    // A box as large as the image is high: a margin would only add repeated border.
    let large = Pictures.disc(width: 60, height: 50, x: 30, y: 25, radius: 24)
    #expect(CellFinder(margin: 0.2).box(in: large).box.height == 50)
  }

  @Test func repeatsTheBorderBeyondTheImage() {
    let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let cut = image.cut(Rectangle(x: -1, y: -1, width: 4, height: 3))
    let row: [UInt8] = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]
    #expect(cut == Image(width: 4, height: 3, pixels: row + row + row))
    #expect(image.cut(Rectangle(x: 1, y: 0, width: 1, height: 1)).pixels == [4, 5, 6])
  }
}
