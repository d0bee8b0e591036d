import Testing

@testable import Reports

struct DisplayColumnsTests {
  @Test(arguments: [("abc", 3), ("ä", 1), ("漢字", 4), ("e\u{301}", 1), ("", 0), ("👍", 2)])
  func columns(text: String, count: Int) {
    #expect(Display.columns(text) == count)
  }

  @Test func fitting() {
    #expect(Display.fitted("abcdef", columns: 6) == "abcdef")
    #expect(Display.fitted("abcdef", columns: 4) == "abc…")
    #expect(Display.fitted("漢字漢字", columns: 4) == "漢…")
    #expect(Display.fitted("abc", columns: 0) == "")
    #expect(Display.fittedInTheMiddle("model@seed=12", columns: 9) == "mod…ed=12")
    #expect(Display.fittedInTheMiddle("漢字漢字漢字", columns: 7) == "漢…漢字")
    for limit in 0...14 {
      #expect(Display.columns(Display.fittedInTheMiddle("漢字ab漢字cd", columns: limit)) <= limit)
    }
  }

  @Test func wrapping() {
    #expect(Display.wrapped("one two", columns: 10, indent: 2) == ["one two"])
    #expect(
      Display.wrapped("one two three four", columns: 9, indent: 2) == [
        "one two", "  three", "  four",
      ])
    #expect(Display.wrapped("abcdefghij", columns: 4, indent: 1) == ["abcd", " efg", " hij"])
    #expect(Display.wrapped("", columns: 4, indent: 1) == [""])
    #expect(Display.wrapped("abc", columns: 1, indent: 4) == ["a", "    b", "    c"])
  }

  @Test(arguments: [
    (0, "0:00"), (62.4, "1:02"), (3599.6, "1:00:00"), (7500, "2:05:00"), (.nan, "?"),
  ])
  func clocks(seconds: Double, text: String) {
    #expect(Display.clock(seconds) == text)
  }
}
