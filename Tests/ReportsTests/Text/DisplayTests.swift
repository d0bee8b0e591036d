import Testing

@testable import Reports

struct DisplayTests {
  @Test(arguments: [
    (0.9672, "0.9672"), (1, "1"), (-0.0572, "-0.0572"), (12.3456, "12.35"), (1234.56, "1235"),
    (1.5e12, "1.5e+12"), (0.00001234, "1.23e-05"), (0, "0"), (.nan, "not a number"),
    (-.infinity, "−∞"), (160, "160"), (3.14159, "3.142"),
  ])
  func numbers(value: Double, text: String) {
    #expect(Display.number(value) == text)
  }

  @Test(arguments: [
    (0.0001, "0 s"), (0.042, "42 ms"), (12.34, "12.3 s"), (59.99, "1 min 00 s"),
    (187, "3 min 07 s"), (43_500, "12 h 05 min"), (-1, "unknown"), (.infinity, "unknown"),
  ])
  func durations(value: Double, text: String) {
    #expect(Display.seconds(value) == text)
  }

  @Test func timesAreInUTC() {
    #expect(Display.time(0) == "1970-01-01 00:00:00 UTC")
    #expect(Display.time(1_795_300_000) == "2026-11-21 22:26:40 UTC")
    #expect(Display.time(.infinity).hasSuffix("UTC"))
  }

  @Test func controlCharactersDoNotReachATerminal() {
    #expect(Display.line("a\u{1B}[31mb\nc\td") == "a\u{FFFD}[31mb c d")
    #expect(Display.line("Zürich") == "Zürich")
  }

  @Test func countsAgreeWithTheirNoun() {
    #expect(Display.count(1, "cell") == "1 cell")
    #expect(Display.count(0, "class", "classes") == "0 classes")
  }

  @Test func lineBreaksAreKept() {
    #expect(Display.lines("a\nb\tc") == "a\nb\tc")
    #expect(
      Display.lines("a\u{1B}[2J\r\nb\u{9B}1mc\u{7F}")
        == "a\u{FFFD}[2J\u{FFFD}\nb\u{FFFD}1mc\u{FFFD}")
    #expect(Display.lines("Zürich £5 \u{A0}") == "Zürich £5 \u{A0}")
  }
}
