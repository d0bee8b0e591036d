import Testing

@testable import Reports

struct ReportFilesTests {
  private let place = ReportPlace(path: "out/run.html")

  @Test("names are plain and unique, whatever a cell is called")
  func names() {
    let files = ReportFiles(place)
    #expect(files.add("a@b=../c", "csv", [1]) == "run.files/a-b----c.csv")
    #expect(files.add("A@b=../c", "csv", [2]) == "run.files/A-b----c-2.csv")
    #expect(files.files.map(\.path) == ["a-b----c.csv", "A-b----c-2.csv"])
  }

  @Test("without a place, or without room, nothing is added")
  func limits() {
    #expect(ReportFiles(nil).add("a", "csv", [1]) == nil)
    let files = ReportFiles(place, limit: 3)
    #expect(files.add("a", "csv", [1, 2]) != nil)
    #expect(files.add("b", "csv", [1, 2]) == nil)
    #expect(files.files.count == 1)
  }

  @Test("pages link to each other and to the report, and say what has no room")
  func pages() throws {
    let files = ReportFiles(place)
    let link = files.addPages("look", title: "<b>", count: 3) { start, _ in
      ("<p>row \(start)</p>", start + 1)
    }
    #expect(link == "run.files/look.html")
    #expect(files.files.map(\.path) == ["look.html", "look-2.html", "look-3.html"])
    let second = String(decoding: files.files[1].bytes, as: UTF8.self)
    for part in [
      "<p>row 1</p>", "href=\"../run.html\"", "href=\"look.html\"", "href=\"look-3.html\"",
      "<h1>&lt;b&gt;</h1>", "Page 2 of 3",
    ] {
      #expect(second.contains(part), "\(part)")
    }
    let tight = ReportFiles(place, limit: 20)
    _ = tight.addPages("look", title: "x", count: 3) { start, _ in
      ("<p>row \(start)</p>", start + 1)
    }
    let only = String(decoding: try #require(tight.files.first).bytes, as: UTF8.self)
    #expect(tight.files.count == 1)
    #expect(only.contains("2 of 3 are left out"))
  }
}
