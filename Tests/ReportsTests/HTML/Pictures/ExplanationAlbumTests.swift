import PipelineDSL
import Store
import Testing

@testable import Reports

struct ExplanationAlbumTests {
  private func album(_ plan: SampleStore.CellPlan) throws -> ExplanationAlbum {
    let store = try SampleStore()
    let files = try store.store(plan.outputs[0]).files
    let index = plan.outputs[0].files[ExplanationsFormat.file]
    return ExplanationAlbum(files, index: try index.map { try CSVTable(parsing: $0) })
  }

  @Test("images are rows, classes in turn; views of methods are columns")
  func rowsAndColumns() throws {
    let album = try album(PictureCells.look([0, 2, 4, 1]))
    #expect(album.rows.map(\.id) == ["s00", "s01", "s02", "s04"])
    #expect(
      album.views == [
        .init(method: "grad-cam", name: ""), .init(method: "lime", name: "both"),
        .init(method: "lime", name: "hidden"), .init(method: "lime", name: "positive"),
      ])
    #expect(album.rows[1].pictures[album.views[2]]?.path == "lime/AML/s01-hidden.png")
    #expect(album.rows[1].scores == ["grad-cam": 0.8125])
    #expect(album.rows[0].probability == 0.912345)
    #expect(album.others.isEmpty)
  }

  @Test("without an index every picture is shown by its name")
  func withoutIndex() throws {
    var plan = PictureCells.look([0])
    plan.outputs[0].files[ExplanationsFormat.file] = nil
    let album = try album(plan)
    #expect(album.rows.isEmpty)
    #expect(album.others.count == 5)
  }

  @Test("pictures that the index does not name follow its rows")
  func unnamed() throws {
    var plan = PictureCells.look([0])
    plan.outputs[0].files["extra.png"] = TinyPNG.cell(1)
    #expect(try album(plan).others.map(\.path) == ["extra.png"])
  }

  @Test("names of views are what follows the shared beginning")
  func names() {
    #expect(ExplanationAlbum.names(of: ["a/x-hidden.png", "a/x-both.png"]) == ["hidden", "both"])
    #expect(
      ExplanationAlbum.names(of: ["a/x.png", "a/x-composed.png", "a/x-other.png"])
        == ["", "composed", "other"])
    #expect(ExplanationAlbum.names(of: ["a/x.png"]) == [""])
    #expect(ExplanationAlbum.names(of: []) == [])
  }
}
