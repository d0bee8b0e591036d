import Foundation
import TestSupport
import Testing

/// Holds the pipelines to the printed schema with a validator that others wrote: check-jsonschema from PyPI.
@Suite(
  .enabled(
    if: InstalledProgram.path("check-jsonschema") != nil, "check-jsonschema is not installed"))
struct EditorTests {
  private static let schema = Repository.path("Pipelines/schema/pipeline.schema.json")

  private func check(_ words: [String], in folder: String = "/") throws -> SpawnedProgram.Ending {
    try SpawnedProgram(
      words, in: folder, program: try #require(InstalledProgram.path("check-jsonschema"))
    ).wait()
  }

  @Test func schemaIsASchema() throws {
    let ending = try check(["--check-metaschema", Self.schema])
    #expect(ending.exit == 0, "\(ending.text)")
  }

  @Test func everyPipelineConforms() throws {
    let root = Repository.path("Pipelines")
    let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    // Files in `scale` are parameters.
    let files = found.filter {
      $0.hasSuffix(".json") && !$0.hasPrefix("schema/") && !$0.hasPrefix("scale/")
    }
    #expect(files.count > 30)
    let ending = try check(["--schemafile", Self.schema] + files.sorted(), in: root)
    #expect(ending.exit == 0, "\(ending.text)")
  }

  @Test(arguments: [
    (#"{ "uses": "splt" }"#, "splt"),
    (#"{ "uses": "split", "with": { "fraction": [1] } }"#, "fraction"),
    (#"{ "uses": "fine-tune", "with": { "epochs": 0 } }"#, "epochs"),
    (#"{ "uses": "evaluate", "checks": [{ "metric": "a" }] }"#, "checks"),
  ])
  func mistakesAreFound(_ stage: String, _ word: String) throws {
    let project = try Project(#"{ "assay": 1, "name": "x", "stages": { "a": \#(stage) } }"#)
    let ending = try check(["--schemafile", Self.schema, Project.file, "-v"], in: project.folder)
    #expect(ending.exit == 1)
    #expect(ending.text.contains(word), "\(ending.text)")
  }
}
