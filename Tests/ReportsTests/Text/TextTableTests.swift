import Testing

@testable import Reports

struct TextTableTests {
  @Test func alignsColumnsAndTrimsLines() {
    var table = TextTable([.left("run"), .right("took"), .left("tags")])
    table.append(["a", "1.5 s", ""])
    table.append(["longer", "12 s", "best"])
    #expect(
      table.text == """
        run      took  tags
        a       1.5 s
        longer   12 s  best

        """)
  }

  @Test func lineBreaksInFieldsBecomeSpaces() {
    var table = TextTable([.left("a")])
    table.append(["x\ny"])
    #expect(table.text == "a\nx y\n")
  }
}
