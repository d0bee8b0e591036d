import Imaging
import Store
import Testing

@testable import Reports

struct CellMasksTests {
  @Test("the outline of the nucleus is yellow, and a mask of another size is not drawn")
  func outlines() throws {
    let store = try SampleStore()
    let context = try store.context([PictureCells.cells(2), PictureCells.masks(2)])
    let artifact = try #require(context.facts.cells.last?.artifacts.first)
    guard case .value(let masks) = CellMasks.open(artifact, context.reader) else {
      Issue.record("not opened")
      return
    }
    let outlined = try #require(masks.outlined("s01", PictureCells.crop(1)))
    #expect([outlined[9, 7, 0], outlined[9, 7, 1], outlined[9, 7, 2]] == [255, 255, 0])
    #expect(outlined[0, 0, 1] == 200)
    #expect(masks.outlined("s01", Image(width: 4, height: 4)) == nil)
    #expect(masks.outlined("other", PictureCells.crop(1)) == nil)
  }
}
