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

  /// One field of one cell's pre-image that the pipeline does not give.
  @Test(
    arguments: [
      ("parameters", "a@n=1", ["text": "y1"], "parameters/text \"x1\""),
      ("seed", "a@n=2", 7, "seed none"),
      ("locations", "a@n=1", ["root": "x"], "locations/root none"),
    ] as [(String, String, JSONValue, String)])
  func keysFollowFromTheText(
    field: String, cell: String, value: JSONValue, expected: String
  ) throws {
    let scene = try AuditScene(preImage: { $0.name == cell ? $1.with(field, value) : $1 })
    let found = try check(scene)
    #expect(found.flaws.map(\.expected) == [expected])
    #expect(found.flaws.map(\.subject) == ["the key of \(cell)"])
    let other = try check(scene, version: "2")
    #expect(other.flaws == [] && other.notes.count == 2, "said, and no flaw")
  }

  @Test func coordinatesFollowFromTheText() throws {
    let scene = try AuditScene(preImage: { cell, preImage in
      guard cell.name == "all", let both = preImage["inputs"]?["files"]?.elements else {
        return preImage
      }
      return preImage.with("inputs", ["files": [both[0], both[1].with("at", ["n": 3])]])
    })
    let flaws = try check(scene).flaws
    #expect(flaws.map(\.expected) == ["inputs/files/1/at/n 2"])
    #expect(flaws.map(\.found) == ["3"])
  }

  @Test func anotherRevisionIsSaid() throws {
    let scene = try AuditScene(preImage: { $1.with("revision", 0) })
    let found = try check(scene)
    #expect(found.flaws == [])
    #expect(found.notes.contains("all: revision is 0 in its key and would be 1 here and now"))
    let libraries = try AuditScene(preImage: { $1.with("libraries", ["blas": "0"]) })
    #expect(try check(libraries).flaws == [])
  }

  @Test func aPipelineThatDoesNotResolveIsNamed() throws {
    let scene = try AuditScene()
    let none = Catalogue([])
    #expect(try check(scene, catalogue: none).flaws.map(\.kind) == [.pipeline])
    #expect(try check(scene, version: "2", catalogue: none).flaws == [])
  }

  /// Parameters that were recorded otherwise give other cells.
  @Test func recordedParametersCount() throws {
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
    let flaws = audit.check().0.flaws
    #expect(flaws.contains { $0.expected == "parameters/text \"y1\"" && $0.found == "\"x1\"" })
    #expect(flaws.contains { $0.expected == "stage b of kind pass" })
    #expect(
      flaws.filter { $0.subject.hasPrefix("table check_result") }.map(\.found) == ["none", "none"])
    #expect(flaws.contains { $0.expected == "a row of a@n=2, which others need" })
    #expect(flaws.contains { $0.subject == "table stage_edge of run other, edge 1" })
  }
}
