import Testing

@testable import PipelineDSL

@Suite struct DiagnosticsGitHubTests {
  private func commands(_ file: String, _ message: String, at place: SourcePosition?) -> String {
    let problem = Diagnostic(
      code: .syntax, file: file, position: place, pointer: "/a", message: message,
      suggestion: "model")
    return Diagnostics(list: [problem]).gitHubCommands
  }

  @Test func problemIsOneCommandWithItsPlace() {
    #expect(
      commands("p.json", "no stage 'modle'", at: SourcePosition(line: 3, column: 7))
        == "::error file=p.json,line=3,col=7,title=syntax::no stage 'modle'; did you mean 'model'?\n"
    )
    #expect(commands("p.json", "m", at: nil).hasPrefix("::error file=p.json,title=syntax::m;"))
  }

  @Test func textCannotEndTheCommand() {
    let text = commands("a,b:c%\n.json", "50 %\n::warning::x", at: nil)
    #expect(text.split(separator: "\n").count == 1)
    #expect(text.hasPrefix("::error file=a%2Cb%3Ac%25%0A.json,title=syntax::50 %25\\u{a}::warning"))
  }
}
