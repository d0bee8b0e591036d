import Imaging
import PipelineDSL
import Store
import Testing

@testable import Reports

struct CropImagesTests {
  private func open(_ files: [String: [UInt8]]) throws -> ArtifactReader.Found<CropImages> {
    let store = try SampleStore()
    var cells = SampleStore.CellPlan("cells", "crop-normalise")
    cells.outputs = [.init("images", .images, files)]
    let context = try store.context([cells])
    return CropImages.open(try #require(context.facts.cells.first?.artifacts.first), context.reader)
  }

  @Test("a crop is the row of the array at the place of its sample")
  func rows() throws {
    guard case .value(let crops) = try open(PictureCells.cells(5).outputs[0].files) else {
      Issue.record("not opened")
      return
    }
    #expect(crops.image("s03") == PictureCells.crop(3))
    #expect(crops.about("s03")?.source == "pbc")
    #expect(crops.about("s03")?.label == "AML")
    #expect(crops.image("s05") == nil)
  }

  @Test(
    "an array of another shape is reported, not read",
    arguments: [
      [4, 2, 2, 3], [5, 2, 2, 1], [5, 0, 2, 3], [5, 2, 2], [5],
    ])
  func shapes(shape: [Int]) throws {
    var files = PictureCells.cells(5).outputs[0].files
    files[ImagesFormat.pixels] =
      NPYArray(uint8: [UInt8](repeating: 0, count: shape.reduce(1, *)), shape: shape).encoded
    guard case .missing(let reason) = try open(files) else {
      Issue.record("opened \(shape)")
      return
    }
    #expect(reason.contains("pixels.npy does not hold"))
  }

  @Test("a damaged array is reported, and so is a missing one")
  func damage() throws {
    var files = PictureCells.cells(5).outputs[0].files
    files[ImagesFormat.pixels]?.removeLast()
    guard case .missing(let short) = try open(files) else {
      Issue.record("opened a short file")
      return
    }
    #expect(short.contains("pixels.npy cannot be read"))
    files[ImagesFormat.pixels] = nil
    guard case .missing(let none) = try open(files) else {
      Issue.record("opened nothing")
      return
    }
    #expect(none.contains("has no images"))
  }
}
