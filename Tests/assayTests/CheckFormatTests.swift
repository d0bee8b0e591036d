import Foundation
import PipelineDSL
import TestSupport
import Testing

/// The formats of `assay check`.
@Suite struct CheckFormatTests {
  private let wrong = try? Project(
    #"{ "assay": 1, "name": "x", "stages": { "a": { "uses": "splt" } } }"#)
  private let valid = try? Project(
    #"{ "assay": 1, "name": "x", "stages": { "a": { "uses": "command", "with": { "argv": ["true"] } } } }"#
  )

  private func output(_ project: Project?, _ format: String, exit: Int32) throws -> String {
    let ending = try #require(project).assay("check", Project.file, "--format", format)
    #expect(ending.exit == exit, "\(ending.text)")
    return exit == 3 && format == "text" ? ending.errors : ending.output
  }

  @Test func everyFormatReportsTheSameProblem() throws {
    let sentence = "did you mean 'split'?"
    #expect(try output(wrong, "text", exit: 3).contains(sentence))
    let json = try JSONParser.parse(output(wrong, "json", exit: 3))
    #expect(json.elements?.first?["suggestion"] == "split")
    let command = try output(wrong, "github", exit: 3)
    #expect(command.hasPrefix("::error file=pipeline.json,line=1,col="), "\(command)")
    #expect(command.contains(sentence))
    let sarif = try JSONParser.parse(output(wrong, "sarif", exit: 3))
    let results = sarif["runs"]?.elements?.first?["results"]?.elements
    #expect(results?.count == 1 && results?.first?["ruleId"] == "unknown-kind")
  }

  @Test func validPipelineHasNoProblemInAnyFormat() throws {
    for format in ["text", "github"] {
      #expect(
        try output(valid, format, exit: 0) == "pipeline.json: valid: 1 stages, 1 cells\n")
    }
    #expect(try output(valid, "json", exit: 0) == "[]\n")
    let sarif = try JSONParser.parse(output(valid, "sarif", exit: 0))
    #expect(sarif["runs"]?.elements?.first?["results"] == [])
  }

  @Test func unknownFormatIsAUsageError() throws {
    _ = try output(valid, "xml", exit: 2)
  }
}
