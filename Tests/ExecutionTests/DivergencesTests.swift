import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

@Suite struct DivergencesTests {
  private let folder: TemporaryFolder
  private let objects: ObjectStore
  private let cell: Cell

  init() throws {
    folder = try TemporaryFolder()
    objects = ObjectStore(try StoreLayout(root: folder.path("store")))
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(#"{"assay": 1, "name": "p", "stages": {"a": {"uses": "give"}}}"#.utf8),
      file: "p.json", catalogue: Catalogue([StageDescriptor(Give.self)]))
    cell = try #require(pipeline.cells.first)
  }

  private func record(_ files: [String: String], _ metrics: [StageMetric] = []) throws -> KeyRecord
  {
    let manifest = ArtifactManifest(
      try files.map { path, text in
        .init(path: path, size: text.utf8.count, digest: try objects.write(Array(text.utf8)))
      })
    return KeyRecord(
      kind: "give", revision: 1, preImage: 1,
      artifacts: [
        "files": .init(
          type: .files, digest: try objects.write(manifest.bytes), bytes: manifest.totalSize)
      ], metrics: metrics)
  }

  private func rows(
    _ old: KeyRecord, _ new: KeyRecord, _ comparator: ArtifactComparator = .bytes
  ) -> [DivergenceRow] {
    Divergences(existing: objects, found: objects).rows(
      from: old, to: new, cell: cell, run: "r"
    ) { _ in comparator }
  }

  @Test func rowsNameBothDigestsAndTheFirstFile() throws {
    let (old, new) = (
      try record(["a": "1", "b": "2", "c": "3"]), try record(["a": "1", "b": "x", "c": "y"])
    )
    let found = rows(old, new)
    #expect(found.map(\.file) == ["b"])
    #expect(found[0].existing == old.artifacts["files"]?.digest.hex)
    #expect(found[0].found == new.artifacts["files"]?.digest.hex)
    #expect(found[0].run == "r" && found[0].cell == "a" && found[0].key == old.key)
    #expect(rows(old, old).isEmpty && rows(old, new, .ignore).isEmpty)
  }

  @Test func differentMetricsAreADivergence() throws {
    let files = ["a": "1"]
    let old = try record(files, [StageMetric("m", 1), StageMetric("loss", step: 2, 0.5)])
    let new = try record(files, [StageMetric("m", 1), StageMetric("loss", step: 2, 0.25)])
    let found = rows(old, new)
    #expect(found.map(\.port) == ["metrics"] && found.map(\.file) == ["loss"])
    #expect(found[0].existing == "loss at 2: 0.5" && found[0].found == "loss at 2: 0.25")
    #expect(rows(old, try record(files, [StageMetric("m", 1)])).map(\.found) == ["none"])
    #expect(rows(old, new, .json(tolerance: 0.3)).isEmpty)
    #expect(rows(old, new, .ignore).isEmpty)
  }

  @Test func comparatorsCompareFileContent() throws {
    let (old, new) = (
      try record(["m.json": "{\"a\": 1}", "x": "1"]),
      try record(["m.json": "{\"a\": 1.0001}", "x": "1"])
    )
    #expect(rows(old, new, .json(tolerance: 1e-3)).isEmpty)
    #expect(rows(old, new, .json(tolerance: 1e-6)).map(\.file) == ["m.json"])
    #expect(rows(old, new, .table(tolerance: 1e-3)).map(\.file) == ["m.json"])
    let more = try record(["m.json": "{\"a\": 1}", "x": "1", "n": ""])
    #expect(rows(old, more, .json(tolerance: 1)).map(\.file) == ["n"])
  }
}
