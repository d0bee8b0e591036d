import Foundation
import FoundationXML
import Testing

@testable import Reports

struct DrawingTests {
  private let chart = Chart(
    title: "loss \u{FFFE}", series: [.init(name: "train", points: [.init(x: 1, y: 1)])])

  @Test func standsAlone() throws {
    let text = chart.standalone
    #expect(text.hasPrefix("<?xml"))
    #expect(!text.contains("var("))
    #expect(text.contains("stroke: #"))
    #expect(text.contains("width=\"85mm\""))
    #expect(XMLParser(data: Data(text.utf8)).parse())
  }

  @Test func tellsReadersWhoCannotSeeIt() {
    #expect(chart.svg.text.contains("role=\"img\""))
    #expect(chart.svg.text.contains("<desc>train: 1 point"))
  }
}
