import PipelineDSL
import Store
import Testing

@testable import Execution

@Suite struct PipelineAuditTests {
  private func check(
    _ scene: AuditScene, version: String = "1", catalogue: Catalogue = AuditScene.catalogue
  ) throws -> AuditCheck {
    PipelineAudit(
      run: try scene.run(), keys: try scene.keys(), catalogue: catalogue, records: scene.records,
      version: version
    ).check().0
  }

  /// One field of one cell's pre-image that does not follow from the pipeline.
  @Test(
    arguments: [
      ("parameters", "a@n=1", ["text": "y1"], "parameters/text \"x1\""),
      ("seed", "a@n=2", 7, "seed none"),
      ("locations", "a@n=1", ["root": "x"], "locations/root none"),
    ] as [(String, String, JSONValue, String)])
  func keysAreCheckedAgainstThePipelineText(
    field: String, cell: String, value: JSONValue, expected: String
  ) throws {
    let scene = try AuditScene(preImage: { $0.name == cell ? $1.with(field, value) : $1 })
    let found = try check(scene)
    #expect(found.problems.map(\.expected) == [expected])
    #expect(found.problems.map(\.subject) == ["the key of \(cell)"])
    let other = try check(scene, version: "2")
    #expect(other.problems == [] && other.notes.count == 2, "said, and not a problem")
  }

  @Test func coordinatesAreCheckedAgainstThePipelineText() throws {
    let scene = try AuditScene(preImage: { cell, preImage in
      guard cell.name == "all", let both = preImage["inputs"]?["files"]?.elements else {
        return preImage
      }
      return preImage.with("inputs", ["files": [both[0], both[1].with("at", ["n": 3])]])
    })
    let problems = try check(scene).problems
    #expect(problems.map(\.expected) == ["inputs/files/1/at/n 2"])
    #expect(problems.map(\.found) == ["3"])
  }

  @Test func differentRevisionIsNoted() throws {
    let scene = try AuditScene(preImage: { $1.with("revision", 0) })
    let found = try check(scene)
    #expect(found.problems == [])
    #expect(found.notes.contains("all: revision is 0 in its key, and would be 1 now"))
    let libraries = try AuditScene(preImage: { $1.with("libraries", ["blas": "0"]) })
    #expect(try check(libraries).problems == [])
  }

  @Test func unresolvablePipelineIsReported() throws {
    let scene = try AuditScene()
    let none = Catalogue([])
    #expect(try check(scene, catalogue: none).problems.map(\.kind) == [.pipeline])
    #expect(try check(scene, version: "2", catalogue: none).problems == [])
  }

  /// Different recorded parameters lead to different keys.
  @Test func recordedParametersAreUsed() throws {
    let scene = try AuditScene()
    let run = try scene.run()
    let other = RunRow(
      id: "other", pipeline: "scene", pipelineDigest: run.summary.run.pipelineDigest, command: "",
      host: "", user: "", started: 0)
    try scene.records.begin(other, pipelineText: AuditScene.text)
    try scene.records.add(parameter: "word", value: "y", run: "other")
    for row in run.rows {
      var row = row
      row.run = "other"
      if row.cell == "b@n=1" { row.kind = "give" }
      if row.cell != "a@n=2" { try scene.records.add(row) }
    }
    let audit = PipelineAudit(
      run: try AuditedRun(try scene.records.run("other"), scene.records), keys: try scene.keys(),
      catalogue: AuditScene.catalogue, records: scene.records, version: "1")
    let problems = audit.check().0.problems
    #expect(problems.contains { $0.expected == "parameters/text \"y1\"" && $0.found == "\"x1\"" })
    #expect(problems.contains { $0.expected == "stage b of kind pass" })
    #expect(
      problems.filter { $0.subject.hasPrefix("table check_result") }.map(\.found) == [
        "none", "none",
      ])
    #expect(problems.contains { $0.expected == "a row of a@n=2, which other cells need" })
    #expect(problems.contains { $0.subject == "table stage_edge of run other, edge 1" })
  }
}
