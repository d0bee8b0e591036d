import Testing

@testable import Reports

@Suite struct ResultsReportLaTeXTests {
  @Test("every table has a caption, and its signs are LaTeX")
  func tables() throws {
    let text = try ResultsReportTests.report(ResultsRequest(note: "100 % synthetic.")).text(.latex)
    #expect(text.hasPrefix("% grid: run 20261121-231501-ab12cd, 2026-11-21 22:26:40 UTC, seal "))
    #expect(text.contains("\\caption{scores: test/accuracy. 100 \\% synthetic. $\\pm$ half of"))
    #expect(text.contains("\\begin{tabular}{lrr}\n    \\toprule\n    backbone & mixup & augmix"))
    #expect(
      text.contains(
        "    vgg16 & 0.9600 $\\pm$ 0.1271 (2) \\textbar{} 0.9790 & 0.9000 $\\pm$ 0 (2) \\textbar{} 0.9656 \\\\\n"
      ))
    #expect(text.contains("    resnet50 & 0.6250 $\\pm$ 1.588 (2) & -- \\\\\n    \\bottomrule\n"))
    #expect(text.contains("\\begin{tabular}{lllrrrrrr}"))
  }
}
