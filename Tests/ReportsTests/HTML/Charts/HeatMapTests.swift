import Testing

@testable import Reports

struct HeatMapTests {
  private let map = HeatMap(
    title: "confusion", rows: ["<A>", "B"], columns: ["A", "B"], rowLabel: "true",
    fields: [
      [.init(share: 0.75, text: "3", small: "75%", about: "A & A"), .init(share: .nan, text: "1")],
      [.init(share: nil, text: "–"), .init(share: 2, text: "9")],
    ])

  @Test func shadesByTheShare() {
    let svg = map.svg.text
    #expect(svg.contains("fill-opacity=\"0.56\"><title>A &amp; A</title></rect>"))
    #expect(svg.ranges(of: "fill-opacity=\"0.75\"").count == 1)
    #expect(svg.contains("class=\"void\""))
    #expect(!svg.contains("nan") && !svg.contains("<A>"))
  }

  @Test func hasRoomForAllFields() {
    #expect(map.size.width > 2 * 44)
    #expect(map.size.height > 2 * 34)
  }

  @Test func describesItsRows() {
    #expect(map.description == "<A>: A 3, B 1; B: A –, B 9")
  }
}
