import PipelineDSL
import Testing

@testable import Reports

struct ExportTableTests {
  private let table = ExportTable(
    CSVTable(columns: ["cell", "a|b"], rows: [["x_1", "0.123456789"], ["y", ""]]),
    caption: "Of n < 3\u{1B}.")

  @Test func csvHasNumbersInFull() {
    #expect(table.text(.csv) == "cell,a|b\nx_1,0.123456789\ny,\n")
  }

  @Test func otherFormatsShortenNumbersAndHaveTheCaption() {
    let markdown = table.text(.markdown)
    #expect(markdown.contains("| x\\_1 | 0.1235 |\n"))
    #expect(markdown.contains("| --- | --: |"))
    #expect(markdown.hasSuffix("\n\nOf n &lt; 3\u{FFFD}.\n"))
    let latex = table.text(.latex)
    #expect(latex.contains("x\\_1 & 0.1235"))
    #expect(latex.contains("\\caption{Of n \\textless{} 3\u{FFFD}.}"))
  }
}
