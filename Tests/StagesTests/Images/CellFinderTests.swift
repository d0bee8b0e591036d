import Imaging
import Testing

@testable import Stages

@Suite struct CellFinderTests {
  @Test(arguments: [CellFinder.Channel.nucleus, .saturation, .grey])
  func findsACellOnBrightAndBlackBackgrounds(channel: CellFinder.Channel) {
    let finder = CellFinder(channel: channel, margin: 0, square: false)
    for background: [UInt8] in [[230, 225, 230], [0, 0, 0]] {
      let image = Pictures.disc(
        width: 60, height: 50, x: 20, y: 18, radius: 8, background: background)
      let (boxes, _, found) = finder.boxes(in: image, all: false)
      #expect(found)
      #expect(boxes == [Rectangle(x: 12, y: 10, width: 17, height: 17)])
    }
  }

  @Test(arguments: [CellFinder.Channel.nucleus, .saturation])
  func usesTheWholeImageIfNoCellIsFound(channel: CellFinder.Channel) {
    let flat = Image(width: 30, height: 20, filledWith: 90)
    let whole = CellFinder(channel: channel, square: false).boxes(in: flat, all: true)
    #expect(!whole.found)
    #expect(whole.boxes == [Rectangle(x: 0, y: 0, width: 30, height: 20)])
    let finder = CellFinder(channel: channel)
    #expect(
      finder.boxes(in: flat, all: false).boxes == [Rectangle(x: 0, y: -5, width: 30, height: 30)])
    let speck = Pictures.disc(width: 60, height: 50, x: 20, y: 18, radius: 2)
    #expect(!CellFinder(channel: channel, minimumArea: 0.01).boxes(in: speck, all: true).found)
    #expect(finder.boxes(in: speck, all: false).found)
  }

  /// A cell of ALL_IDB1 covers about 1 % of its field, and less than that is found.
  @Test func findsSmallCellsOfALargeField() {
    let field = Pictures.disc(width: 648, height: 486, x: 300, y: 200, radius: 12)
    let (boxes, _, found) = CellFinder(margin: 0).boxes(in: field, all: false)
    #expect(found && boxes == [Rectangle(x: 288, y: 188, width: 25, height: 25)])
  }

  /// Three cells from the left to the right, the third at the border; their radii are 8, 6 and 7.
  private func field() -> Image {
    var image = Pictures.disc(width: 120, height: 60, x: 20, y: 30, radius: 8)
    for (x, y, radius) in [(70, 20, 6), (114, 40, 7)] {
      for row in y - radius...y + radius {
        for column in x - radius...min(119, x + radius)
        where (column - x) * (column - x) + (row - y) * (row - y) <= radius * radius {
          for channel in 0..<3 { image[column, row, channel] = [120, 40, 160][channel] }
        }
      }
    }
    return image
  }

  @Test(arguments: [CellFinder.Channel.nucleus, .saturation, .hsv])
  func findsSeveralCells(channel: CellFinder.Channel) {
    var finder = CellFinder(channel: channel, margin: 0)
    let image = field()
    #expect(finder.boxes(in: image, all: true).boxes.map(\.x) == [64, 12, 105])
    #expect(finder.boxes(in: image, all: false).boxes.map(\.x) == [12])
    finder.clearBorder = true
    #expect(finder.boxes(in: image, all: true).boxes.map(\.x) == [64, 12])
  }

  @Test func aWindowHasTheSameSizeForEveryCell() {
    var finder = CellFinder(window: 30)
    let boxes = finder.boxes(in: field(), all: true).boxes
    #expect(
      boxes == [
        Rectangle(x: 55, y: 5, width: 30, height: 30),
        Rectangle(x: 5, y: 15, width: 30, height: 30),
        Rectangle(x: 90, y: 25, width: 30, height: 30),
      ])
    finder.window = 64
    #expect(finder.boxes(in: field(), all: false).boxes.map(\.y) == [-2])
    // Without a cell, the window lies in the middle.
    let flat = Image(width: 40, height: 100, filledWith: 90)
    finder.window = 20
    #expect(
      finder.boxes(in: flat, all: true).boxes == [Rectangle(x: 10, y: 40, width: 20, height: 20)])
  }

  @Test func keepsTheSquareInsideTheImageIfItFits() {
    let corner = Pictures.disc(width: 60, height: 50, x: 8, y: 42, radius: 7)
    let finder = CellFinder(margin: 0.2)
    #expect(
      finder.boxes(in: corner, all: false).boxes == [Rectangle(x: 0, y: 29, width: 21, height: 21)])
    // A box as large as the image is high: a margin would only add repeated border.
    let large = Pictures.disc(width: 60, height: 50, x: 30, y: 25, radius: 24)
    #expect(finder.boxes(in: large, all: false).boxes.map(\.height) == [50])
  }

  @Test func repeatsTheBorderBeyondTheImage() {
    let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    let cut = image.cut(Rectangle(x: -1, y: -1, width: 4, height: 3))
    let row: [UInt8] = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]
    #expect(cut == Image(width: 4, height: 3, pixels: row + row + row))
    #expect(image.cut(Rectangle(x: 1, y: 0, width: 1, height: 1)).pixels == [4, 5, 6])
  }
}
