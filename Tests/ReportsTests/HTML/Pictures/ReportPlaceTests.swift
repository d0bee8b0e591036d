import Testing

@testable import Reports

struct ReportPlaceTests {
  @Test(
    "the folder is named as the report and lies beside it",
    arguments: [
      ("a/b/run.html", "run.html", "run.files"), ("page", "page", "page.files"),
      ("", "report.html", "report.files"),
    ])
  func names(path: String, report: String, folder: String) {
    let place = ReportPlace(path: path)
    #expect(place.report == report)
    #expect(place.folder == folder)
  }

  @Test("links encode what means something else in a link")
  func links() {
    #expect(ReportPlace.link("a b#1.files", "ü?.html") == "a%20b%231.files/%C3%BC%3F.html")
    #expect(ReportPlace.link("a\n") == "a%0A")
  }
}
