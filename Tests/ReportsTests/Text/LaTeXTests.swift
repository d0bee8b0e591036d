import Testing

@testable import Reports

struct LaTeXTests {
  @Test func escapesSpecialCharacters() {
    #expect(
      LaTeX.escaped("a_b & 5 % of #1 ${x} \\ ~ ^ <1>\n")
        == "a\\_b \\& 5 \\% of \\#1 \\$\\{x\\} \\textbackslash{} \\textasciitilde{} "
        + "\\textasciicircum{} \\textless{}1\\textgreater{} ")
  }

  @Test func writesATable() {
    let text = LaTeX.table(
      head: ["a_b", "n"], alignment: [true], [["x", "1"]], caption: ["One", "Two."])
    #expect(text.contains("\\caption{One. Two.}"))
    #expect(text.contains("\\begin{tabular}{lr}"))
    #expect(text.contains("a\\_b & n \\\\\n"))
    #expect(text.contains("x & 1 \\\\\n"))
  }
}
