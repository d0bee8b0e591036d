import Testing

@testable import Reports

struct FigureTests {
  @Test func hasItsNameAndItsCaption() {
    let chart = Chart(title: "loss", series: [])
    let html = Figure(chart, name: "curves/\"loss\"", caption: "n < 3").html.text
    #expect(html.contains("data-figure=\"curves/&quot;loss&quot;\""))
    #expect(html.contains("<figcaption>n &lt; 3</figcaption>"))
  }
}
