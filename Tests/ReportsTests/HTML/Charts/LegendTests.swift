import Testing

@testable import Reports

struct LegendTests {
  private func entries(_ count: Int) -> [Legend.Entry] {
    (0..<count).map { ("series \($0)", $0 % 6, false, .line) }
  }

  @Test func wrapsToTheWidth() {
    #expect(Legend(entries(1), width: 340).height == 0)
    #expect(Legend(entries(3), width: 340).height == 15)
    #expect(Legend(entries(8), width: 340).height == 30)
  }

  @Test func namesOnlyTheFirstOfMany() {
    let text = Legend(entries(40), width: 340).html.text
    #expect(text.contains("series 11") && !text.contains("series 12"))
    #expect(text.contains("and 28 more"))
  }

  @Test func cutsLongNames() {
    let text = Legend(
      [(String(repeating: "x", count: 500), 0, false, .bars)] + entries(1), width: 340
    )
    .html.text
    #expect(text.contains("x…"))
    #expect(text.utf8.count < 700)
  }
}
