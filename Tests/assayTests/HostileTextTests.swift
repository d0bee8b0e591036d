import Foundation
import TestSupport
import Testing

/// Text from programs and files that would control a terminal or break out of its place in a graph.
@Suite struct HostileTextTests {
  /// A program whose log, reason and warnings contain escape sequences, in 7-bit and 8-bit form.
  @Test func programOutputCannotControlTheTerminal() throws {
    let script =
      #"printf 'a\\033[2Jb\\302\\2331mc\\rd\\n'; printf '{\"x\\\\u001b[31m\": \"no\"}' > $0/metrics.json; "#
      + "test -e fine"
    let project = try Project(
      #"""
      { "assay": 1, "name": "hostile", "axes": { "x": ["\"<b>#"] }, "stages": { "loud": {
        "uses": "command", "with": { "argv": ["/bin/sh", "-c", "\#(script)", "{outputs.files}", "${x}"] } } } }
      """#)
    let failed = try project.run()
    #expect(failed.exit == 1)
    #expect(failed.output.contains("a\u{FFFD}[2Jb"), "\(failed.text)")
    try project.write("", to: "fine")
    let done = try project.run()
    #expect(done.exit == 0, "\(done.text)")
    #expect(done.output.contains("x\u{FFFD}[31m"))
    for text in [failed.text, done.text, try project.run().text, try project.run("--json").text] {
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      #expect(!text.unicodeScalars.contains { (0x7F..<0xA0).contains($0.value) })
    }
    let missing = try project.assay("run", "\u{1B}[2J.json")
    #expect(missing.exit == 2)
    #expect(!missing.text.unicodeScalars.contains("\u{1B}"))
  }

  @Test func drawingsQuoteWhatTheyShow() throws {
    let project = try Project(
      #"""
      { "assay": 1, "name": "drawn", "axes": { "x": ["\"]<b>#"] }, "stages": { "one": {
        "uses": "command", "with": { "argv": ["true", "${x}"] } } } }
      """#)
    let mermaid = try project.assay("graph", Project.file, "--cells", "--format", "mermaid").output
    #expect(mermaid.contains("one@x=#quot;]#lt;b#gt;#35;<br/>command"), "\(mermaid)")
    let dot = try project.assay("graph", Project.file, "--cells", "--format", "dot").output
    #expect(dot.contains(#"one@x=\"]<b>#"#), "\(dot)")
  }
}
