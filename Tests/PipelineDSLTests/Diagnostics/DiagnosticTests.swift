import Testing

@testable import PipelineDSL

@Suite struct DiagnosticTests {
  @Test func textHasPositionSuggestionAndPointer() {
    let full = Diagnostic(
      code: .syntax, file: "p.json", position: SourcePosition(line: 3, column: 7),
      pointer: "/stages/a",
      message: "no stage 'modle'", suggestion: "model")
    #expect(
      full.text
        == "p.json:3:7: error: no stage 'modle'; did you mean 'model'? (at /stages/a) [syntax]")
    #expect(
      full.json == [
        "code": "syntax", "file": "p.json", "line": 3, "column": 7, "message": "no stage 'modle'",
        "pointer": "/stages/a", "suggestion": "model",
      ])
    let bare = Diagnostic(
      code: .syntax, file: "p.json", position: nil, pointer: "", message: "m", suggestion: nil)
    #expect(bare.text == "p.json: error: m [syntax]")
    #expect(bare.json == ["code": "syntax", "file": "p.json", "message": "m", "pointer": ""])
  }

  @Test func controlCharactersAreEscaped() {
    let diagnostic = Diagnostic(
      code: .syntax, file: "p.json", position: nil, pointer: "/\n", message: "'a\r\nb\u{1B}[2J'",
      suggestion: nil)
    #expect(diagnostic.text == #"p.json: error: 'a\u{d}\u{a}b\u{1b}[2J' (at /\u{a}) [syntax]"#)
  }

  @Test func collectorSortsByPositionAndDropsDuplicates() {
    var collector = DiagnosticCollector(file: "f")
    let (early, late) = (SourcePosition(line: 1, column: 2), SourcePosition(line: 4, column: 1))
    collector.report(.syntax, "late", at: late, pointer: "")
    collector.report(.syntax, "early", at: early, pointer: "")
    collector.report(.syntax, "also early", at: early, pointer: "")
    collector.report(.syntax, "late", at: late, pointer: "")
    collector.report(.syntax, "nowhere", at: nil, pointer: "", written: "siez", known: ["size"])
    #expect(collector.sorted.list.map(\.message) == ["nowhere", "early", "also early", "late"])
    #expect(collector.sorted.list.first?.suggestion == "size")
    #expect(collector.sorted.description.split(separator: "\n").count == 4)
  }
}
