import PipelineDSL
import Testing

@testable import Reports

struct PredictionAlbumTests {
  private static let columns = ["id", "part", "label", "predicted", "p_A", "p_B"]

  private func read(_ rows: [[String]]) -> PredictionAlbum? {
    PredictionAlbum(CSVTable(columns: Self.columns, rows: rows))
  }

  @Test("wrong ones by falling probability, classes in turn; then right ones by rising probability")
  func order() throws {
    let album = try #require(
      read([
        ["1", "test", "A", "B", "0.4", "0.6"], ["2", "test", "A", "B", "0.1", "0.9"],
        ["3", "test", "B", "A", "0.7", "0.3"], ["4", "test", "A", "A", "0.8", "0.2"],
        ["5", "test", "B", "B", "0.45", "0.55"], ["6", "train", "A", "A", "1", "0"],
      ]))
    #expect(album.part == "test")
    #expect(album.all.map(\.id) == ["2", "3", "1", "5", "4"])
    #expect(album.count(.wrong) == 3)
    #expect(album.all[3].kind == .unsure)
    #expect(album.all[0].probability == 0.9)
  }

  @Test("a report shows some of each kind")
  func limits() throws {
    let rows = (0..<200).map { number in
      let predicted = number < 50 ? "B" : "A"
      return ["\(1000 + number)", "test", "A", predicted, "0.\(500 + number)", "0.1"]
    }
    let album = try #require(read(rows))
    #expect(album.all.count == 200)
    #expect(album.shown.count { $0.kind == .wrong } == 24)
    #expect(album.shown.count { $0.kind == .unsure } == 12)
    #expect(album.shown.count { $0.kind == .right } == 12)
    #expect(album.shown.last?.probability ?? 0 > 0.68)
  }

  @Test("damaged numbers are no probability, and a table without columns has no album")
  func damage() throws {
    let album = try #require(read([["1", "test", "A", "B", "x", "nan"]]))
    #expect(album.all.first?.probability == nil)
    #expect(PredictionAlbum(CSVTable(columns: ["id"], rows: [["1"]])) == nil)
    #expect(read([]) == nil)
  }
}
