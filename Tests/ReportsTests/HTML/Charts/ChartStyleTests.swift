import Testing

@testable import Reports

struct ChartStyleTests {
  @Test func fillsInTheFirstColours() {
    let sheet = """
      :root { color-scheme: light dark;
        --s0: #111111; --line: #eeeeee; }
      @media (prefers-color-scheme: dark) { :root { --s0: #ffffff; } }
      .chart .s0 { stroke: var(--s0); }
      .other { color: var(--s0); }
      """
    #expect(ChartStyle.light(sheet) == ".chart .s0 { stroke: #111111; }")
    #expect(ChartStyle.light("p { color: red; }") == "")
  }

  @Test func allRulesOfTheStyleSheetAreOnOneLine() {
    let style = ChartStyle.light.text
    #expect(style.contains(".chart .series"))
    #expect(style.split(separator: "\n").allSatisfy { $0.hasSuffix("}") })
  }
}
