import Testing

@testable import Reports

struct PageFrameTests {
  @Test func hasLandmarksASkipLinkAndAnEntryPerSection() {
    let frame = PageFrame(
      header: "<h1>a</h1>",
      sections: [
        .init(id: "one", title: "One <b>", body: "first"),
        .init(id: "two", title: "Two", body: "x"),
      ], footer: "end")
    let html = frame.html.text
    #expect(html.hasPrefix("<a class=\"skip\" href=\"#content\">"))
    #expect(html.contains("<a href=\"#one\">One &lt;b&gt;</a>"))
    #expect(html.contains("<section id=\"two\" aria-labelledby=\"two-title\">"))
    #expect(html.contains("<h2 id=\"two-title\">Two</h2>"))
    for landmark in ["<header>", "<nav aria-label=", "<main id=\"content\"", "<footer>"] {
      #expect(html.ranges(of: landmark).count == 1, "\(landmark)")
    }
  }
}
