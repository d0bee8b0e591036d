import Testing

@testable import Reports

struct TextWrapTests {
  @Test func linesBreakBetweenWords() {
    #expect(TextWrap.lines("one two three", width: 7) == ["one two", "three"])
    #expect(TextWrap.lines("unbreakable a", width: 4) == ["unbreakable", "a"])
    #expect(TextWrap.lines("", width: 4) == [""])
  }

  @Test func hangingLinesAreIndented() {
    #expect(
      TextWrap.hanging("  --set X", "sets a parameter of the pipeline", indent: 12, width: 32)
        == "  --set X   sets a parameter of\n            the pipeline\n")
    #expect(TextWrap.hanging("assay show ", "[RUN]", indent: 11, width: 40) == "assay show [RUN]\n")
    // A long head has a line of its own.
    #expect(
      TextWrap.hanging("  --between A=B,C", "two values", indent: 12, width: 32)
        == "  --between A=B,C\n            two values\n")
  }
}
