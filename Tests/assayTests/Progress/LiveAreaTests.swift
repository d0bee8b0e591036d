import TestSupport
import Testing

@testable import assay

/// Live lines drawn on a screen.
@Suite struct LiveAreaTests {
  private func lines(_ texts: String...) -> [(text: String, colour: Int?)] {
    texts.map { ($0, nil) }
  }

  @Test func permanentLinesStayAboveLiveOnes() {
    var area = LiveArea()
    var screen = Screen(columns: 20, rows: 5)
    screen.draw("before\r\n")
    func draw(_ text: String) { screen.draw(text.replacing("\n", with: "\r\n")) }
    draw(area.replace(above: lines("one"), with: lines("a 1", "total 1"), columns: 20))
    #expect(screen.visible == ["before", "one", "a 1", "total 1"])
    draw(area.replace(above: lines(), with: lines("a 2", "b 1", "total 2"), columns: 20))
    #expect(screen.visible == ["before", "one", "a 2", "b 1", "total 2"])
    draw(area.replace(above: lines("two", "three"), with: lines("b 2", "t"), columns: 20))
    #expect(screen.all == ["before", "one", "two", "three", "b 2", "t"])
    draw(area.replace(above: lines("four"), with: [], columns: 20))
    #expect(screen.all == ["before", "one", "two", "three", "four", ""])
    #expect(screen.unknown == [] && screen.broken == 0)
  }

  @Test func linesBrokenByANarrowerTerminalAreReplaced() {
    var area = LiveArea()
    var screen = Screen(columns: 20, rows: 8)
    func draw(_ text: String) { screen.draw(text.replacing("\n", with: "\r\n")) }
    draw(area.replace(above: lines("one"), with: lines("a long line 123", "total"), columns: 20))
    screen.resize(columns: 10, rows: 8)
    #expect(screen.visible == ["one", "a long lin", "e 123", "total"])
    draw(area.replace(above: lines(), with: lines("a long", "total"), columns: 10))
    #expect(screen.visible == ["one", "a long", "total"])
    screen.resize(columns: 30, rows: 8)
    draw(area.replace(above: lines(), with: lines("a longer line", "total"), columns: 30))
    #expect(screen.visible == ["one", "a longer line", "total"])
  }

  @Test func coloursTakeNoColumns() {
    var area = LiveArea()
    var screen = Screen(columns: 9, rows: 3)
    screen.draw(area.replace(above: [], with: [("12345678", 31)], columns: 9))
    #expect(screen.visible == ["12345678"] && screen.broken == 0)
  }
}
