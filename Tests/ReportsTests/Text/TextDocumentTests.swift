import Testing

@testable import Reports

@Suite struct TextDocumentTests {
  private var document: TextDocument {
    var table = TextTable([.left("name"), .right("value")])
    table.append(["a|b <script>", "1"])
    return TextDocument(
      title: "a_b *c*", head: [.lines(["first [link](x)"])],
      sections: [
        .init("metrics", "1 differs", [.table(table), .log(["```", "\u{1B}[31mred"])]),
        .init("empty", "no difference"),
      ])
  }

  @Test func textIndentsBlocks() {
    #expect(
      document.text == """
        first [link](x)

        metrics: 1 differs
          name          value
          a|b <script>      1
            | ```
            | \u{FFFD}[31mred

        empty: no difference

        """)
  }

  @Test func markdownShowsMarkupLiterally() {
    #expect(
      document.markdown == """
        # a\\_b \\*c\\*

        - first \\[link\\](x)

        ## Metrics

        1 differs

        | name | value |
        | --- | --: |
        | a\\|b &lt;script&gt; | 1 |

            ```
            \u{FFFD}[31mred

        ## Empty

        no difference


        """)
  }

  @Test func terminalsShowTheBeginningOfLongLists() {
    var table = TextTable([.left("name")])
    for number in 1...TextDocument.limit + 2 { table.append(["row \(number)"]) }
    let long = TextDocument(
      title: "", head: [],
      sections: [.init("metrics", String(repeating: "many words ", count: 9), [.table(table)])])
    let text = long.text(width: 80)
    #expect(text.hasSuffix("  row \(TextDocument.limit)\n  and 2 more; --json lists all\n"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // On a pipe, nothing is cut.
    #expect(long.text.hasSuffix("  row \(TextDocument.limit + 2)\n"))
    #expect(long.markdown.contains("row \(TextDocument.limit + 2)"))
  }
}
