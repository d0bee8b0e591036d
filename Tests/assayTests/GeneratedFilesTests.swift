import Foundation
import PipelineDSL
import TestSupport
import Testing

/// The checkout these tests were built from.
enum Repository {
  static func path(_ name: String, _ source: String = #filePath) -> String {
    var url = URL(fileURLWithPath: source)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.appendingPathComponent(name).path
  }
}

/// Files in the repository that are generated from the code, and the pipelines shipped with it.
@Suite struct GeneratedFilesTests {
  private func output(_ words: String...) throws -> String {
    let ending = try SpawnedProgram(words, in: "/").wait()
    try #require(ending.exit == 0, "\(ending.text)")
    return ending.output
  }

  @Test(arguments: [
    ("Pipelines/schema/pipeline.schema.json", ["schema"]),
    ("docs/stages.md", ["stages", "--format", "markdown"]),
  ])
  func generatedFilesAreUpToDate(_ file: String, _ words: [String]) throws {
    let ending = try SpawnedProgram(words, in: "/").wait()
    let text = try String(contentsOfFile: Repository.path(file), encoding: .utf8)
    #expect(!text.isEmpty)
    #expect(text == ending.output, "\(file) is stale: run 'make generated'")
  }

  @Test func everyPipelineIsValid() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Repository.path("Pipelines"))
      .filter { $0.hasSuffix(".json") }
    #expect(files.contains("demo.json") && files.contains("blood-cells.json"))
    for file in files {
      let ending = try SpawnedProgram(["check", file], in: Repository.path("Pipelines")).wait()
      #expect(ending.exit == 0, "\(ending.text)")
      #expect(ending.output.contains(": valid: "))
    }
  }

  @Test func stagesAreListedAndDescribed() throws {
    let list = try output("stages").split(separator: "\n")
    // A summary may continue on an indented line.
    let kinds = list.filter { !$0.hasPrefix(" ") }.compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(kinds.count >= 14)
    #expect(kinds.contains("fine-tune") && kinds.contains("command"))
    let json = try #require(try JSONParser.parse(output("stages", "--format", "json")).elements)
    #expect(json.compactMap { $0["name"]?.text } == kinds)
    for kind in kinds {
      let text = try output("stages", kind)
      #expect(text.hasPrefix("\(kind) (revision "))
      #expect(text.contains("\nOutputs:\n"))
    }
  }

  @Test func graphHasSeveralFormats() throws {
    let project = try Project(
      """
      { "assay": 1, "name": "graph", "axes": { "n": [1, 2] }, "stages": {
        "a": { "uses": "command", "with": { "argv": ["echo", "n${n}"] } },
        "b": { "uses": "command", "needs": { "x": "a" }, "gather": "n", "with": { "argv": ["b"] } }
      } }
      """)
    func graph(_ words: String...) throws -> String {
      let ending = try SpawnedProgram(["graph", Project.file] + words, in: project.folder).wait()
      try #require(ending.exit == 0, "\(ending.text)")
      return ending.output
    }
    #expect(try graph() == "a  command  (2 cells)\nb  command\n  <- a\n")
    #expect(
      try graph("--cells") == "a@n=1  command\na@n=2  command\nb  command\n  <- a@n=1\n  <- a@n=2\n"
    )
    let dot = try graph("--format", "dot")
    #expect(dot.hasPrefix("digraph \"graph\" {"))
    #expect(dot.contains("\"a\" -> \"b\";"))
    let mermaid = try graph("--format", "mermaid")
    #expect(mermaid.hasPrefix("flowchart LR\n"))
    #expect(mermaid.contains("n0 --> n1"))
    let json = try JSONParser.parse(graph("--format", "json"))
    #expect(json.elements?.last?["needs"] == ["a"])
    #expect(!project.exists("results"))
  }
}
