import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// Explanations of a key compared with the keys in a record and a store.
@Suite struct RunExplainerTests {
  private let folder: TemporaryFolder
  private let cache: ActionCache
  private let records: RunRecords
  private let catalogue = Catalogue([StageDescriptor(Give.self), StageDescriptor(Pass.self)])

  init() throws {
    folder = try TemporaryFolder()
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder.path("store"))))
    records = try RunRecords(path: folder.path("assay.sqlite"))
  }

  private func pipeline(
    _ name: String = "p", text: String = "${word}", words: [String] = ["x"]
  ) throws -> Pipeline {
    let axis = words.map { "\"\($0)\"" }.joined(separator: ", ")
    let source = """
      {"assay": 1, "name": "\(name)", "axes": {"word": [\(axis)]}, "stages": {
        "a": {"uses": "give", "with": {"text": "\(text)"}}}}
      """
    return try PipelineResolver.resolve(
      bytes: Array(source.utf8), file: "p.json", catalogue: catalogue)
  }

  private func key(_ cell: Cell, locations: [String: Digest] = [:]) throws -> StageKey {
    StageKey(
      cell: cell, kind: try #require(catalogue[cell.kind]),
      content: StageKey.Content(locations: locations))
  }

  /// Records a run of all cells, and publishes their results.
  private func record(
    _ pipeline: Pipeline, run: String, locations: [String: Digest] = [:]
  ) throws {
    try records.begin(
      RunRow(
        id: run, pipeline: pipeline.name, pipelineDigest: Digest.of(pipeline.text), command: "",
        host: "", user: "", started: 0),
      pipelineText: String(decoding: pipeline.text, as: UTF8.self))
    for cell in pipeline.cells {
      let key = try key(cell, locations: locations)
      _ = try cache.publish(
        KeyRecord(kind: cell.kind, revision: 1, preImage: key.preimage, artifacts: [:]))
      try records.add(
        StageRunRow(
          run: run, cell: cell.name, stage: cell.stage, kind: cell.kind, key: key.digest,
          status: .executed, reason: "", started: 0))
    }
  }

  private func explain(
    _ pipeline: Pipeline, _ cell: Int = 0, locations: [String: Digest] = [:]
  ) throws -> RunExplainer.Explanation {
    let cell = pipeline.cells[cell]
    return try RunExplainer(pipeline: pipeline, cache: cache, records: records)
      .explain(cell, key: key(cell, locations: locations))
  }

  @Test func changedParameterIsExplained() throws {
    try record(try pipeline(text: "${word} old"), run: "one")
    let explanation = try explain(try pipeline(text: "${word} new"))
    #expect(explanation.earlier?.run == "one")
    #expect(explanation.sentences == [#"parameter text: "x old" -> "x new""#])
    let json = try #require(explanation.changes.first).json()
    #expect(json["field"]?.text == "/parameters/text")
    #expect(json["old"]?.text == "x old")
    #expect(json["new"]?.text == "x new")
  }

  @Test func renamedPipelineIsMatchedByItsStages() throws {
    try record(try pipeline(text: "${word} old"), run: "one")
    let renamed = try explain(try pipeline("q", text: "${word} new"))
    #expect(renamed.earlier?.run == "one")
    #expect(renamed.changes.map(\.field) == ["/parameters/text"])
    // Its own history takes precedence over that of other pipelines.
    try record(try pipeline("q", text: "${word} mid"), run: "two")
    try record(try pipeline("p", text: "${word} late"), run: "three")
    #expect(try explain(try pipeline("q", text: "${word} new")).earlier?.run == "two")
  }

  @Test func cellIsComparedWithItselfAmongMany() throws {
    let words = (0..<300).map { "w\($0)" }
    try record(try pipeline(words: words), run: "one")
    let changed = try pipeline(text: "${word}!", words: words)
    for index in [0, 150, 299] {
      let explanation = try explain(changed, index)
      #expect(explanation.earlier?.cell == "a@word=w\(index)")
      #expect(explanation.sentences == [#"parameter text: "w\#(index)" -> "w\#(index)!""#])
    }
  }

  @Test func newCellIsComparedWithTheNearest() throws {
    try record(try pipeline(words: ["x", "y"]), run: "one")
    let explanation = try explain(try pipeline(words: ["x", "y", "z"]), 2)
    #expect(explanation.earlier != nil)
    #expect(explanation.changes.map(\.field) == ["/parameters/text"])
  }

  @Test func changedFilesAreListedWithTheirDigests() throws {
    func list(_ files: [(String, String)]) throws -> Digest {
      let lines = files.map { ManifestLine(path: $0, size: 1, digest: Digest.of($1)).text }
      return try cache.objects.write(Array(lines.joined().utf8))
    }
    let old = ["root": try list([("a", "1"), ("b", "2")])]
    let new = ["root": try list([("a", "3"), ("b", "2")])]
    try record(try pipeline(), run: "one", locations: old)
    let change = try #require(try explain(try pipeline(), locations: new).changes.first)
    #expect(change.sentences == ["location root: changed a"])
    let edit = change.json()["files"]?["changed"]?.elements?.first
    #expect(edit?["old"]?.text == Digest.of("1").hex)
    #expect(edit?["new"]?.text == Digest.of("3").hex)
    // A list of the same files that also names a file that was left out.
    let lines = ManifestLine(path: "a", size: 1, digest: Digest.of("1")).text
    let more = try cache.objects.write(
      Array(
        (lines + ManifestLine(path: "b", size: 1, digest: Digest.of("2")).text
          + "! c: leads out of the root\n").utf8))
    #expect(
      try explain(try pipeline(), locations: ["root": more]).sentences
        == ["location root: the list of unreadable files changed"])
  }

  @Test func noEarlierKeyMeansFirstRun() throws {
    let pipeline = try pipeline()
    let explainer = RunExplainer(pipeline: pipeline, cache: cache, records: records)
    let cell = pipeline.cells[0]
    let reason = explainer.shortReason(
      for: cell, key: try key(cell), missReason: .notStored)
    #expect(reason == "new")
    #expect(explainer.shortReason(for: cell, key: try key(cell), missReason: .forced) == "forced")
  }
}
