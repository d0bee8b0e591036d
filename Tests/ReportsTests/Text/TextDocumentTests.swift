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

  @Test func longListsReportHowManyAreLeft() {
    #expect(TextDocument.rest(TextDocument.limit).isEmpty)
    guard case .lines(let lines)? = TextDocument.rest(TextDocument.limit + 2).first else {
      Issue.record("nothing is said of the rest")
      return
    }
    #expect(lines == ["and 2 more; --json lists all"])
  }
}
