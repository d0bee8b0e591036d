import Imaging
import Testing

@Suite struct ContactSheetTests {
  @Test func tilesAreArrangedInRows() {
    let tiles = [
      Image(width: 2, height: 2, filledWith: 1), Image(width: 2, height: 2, filledWith: 2),
      Image(width: 2, height: 2, channels: 1, filledWith: 3),
    ]
    let sheet = ContactSheet.draw(tiles, columns: 2, gap: 1, background: 9)
    #expect(sheet.width == 7 && sheet.height == 7)
    #expect(sheet[1, 1, 0] == 1 && sheet[4, 2, 2] == 2 && sheet[2, 5, 1] == 3)
    #expect(sheet[0, 0, 0] == 9 && sheet[3, 1, 0] == 9 && sheet[4, 4, 0] == 9)
  }

  @Test func smallTilesAreCentred() {
    let tiles = [Image(width: 5, height: 3, filledWith: 1), Image(width: 1, height: 1)]
    let sheet = ContactSheet.draw(tiles, columns: 9, gap: 0, background: 7)
    #expect(sheet.width == 10 && sheet.height == 3)
    #expect(sheet[7, 1, 0] == 0 && sheet[6, 1, 0] == 7 && sheet[7, 0, 0] == 7)
  }

  @Test func cellsAreWhatWasDrawn() throws {
    let tiles = (1...5).map { Image(width: 6, height: 4, filledWith: UInt8($0)) }
    let sheet = ContactSheet.draw(tiles, columns: 3)
    #expect(ContactSheet.cells(of: sheet, count: 5, columns: 3) == tiles)
    #expect(ContactSheet.cells(of: sheet, count: 5, columns: 4) == nil)
    #expect(ContactSheet.cells(of: Image(width: 2, height: 2), count: 1, columns: 1) == nil)
    #expect(ContactSheet.cells(of: sheet, count: 0, columns: 3) == nil)
  }
}
