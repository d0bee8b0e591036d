import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

/// A stage of three cells that had other keys in an earlier run.
@Suite struct RunExplainerTests {
  private let cache: ActionCache
  private let records: RunRecords
  private let catalogue = Catalogue([StageDescriptor(Give.self)])

  init() throws {
    let root = NSTemporaryDirectory() + "assay-explainer-\(UUID().uuidString)"
    cache = ActionCache(ObjectStore(try StoreLayout(root: root + "/store")))
    records = try RunRecords(path: root + "/assay.sqlite")
  }

  private func pipeline(_ cells: [String], text: String) throws -> Pipeline {
    let json: JSONValue = [
      "assay": 1, "name": "p", "axes": ["x": cells.json],
      "stages": ["a": ["uses": "give", "with": ["text": .string(text)]]],
    ]
    return try PipelineResolver.resolve(
      bytes: JSONCanonicalForm.bytes(of: json), file: "p.json", catalogue: catalogue)
  }

  private func board(_ pipeline: Pipeline) throws -> PlanBoard {
    var board = PlanBoard(
      pipeline: pipeline, targets: Array(pipeline.cells.indices), forced: [],
      catalogue: catalogue, cache: cache, locations: LocationBook())
    try board.decideAll()
    return board
  }

  /// Records a run of a pipeline in which every cell has a result.
  private func record(_ run: String, _ pipeline: Pipeline) throws {
    try records.begin(
      RunRow(
        id: run, pipeline: "p", pipelineDigest: Digest.of("{}"), command: "", host: "", user: "",
        started: 0), pipelineText: "{}")
    let board = try board(pipeline)
    for cell in pipeline.cells {
      let key = try #require(board.keys[cell.index])
      let result = KeyRecord(kind: "give", revision: 1, preImage: key.preimage, artifacts: [:])
      _ = try cache.publish(result)
      try records.add(
        StageRunRow(
          run: run, cell: cell.name, stage: cell.stage, kind: cell.kind, key: key.digest,
          status: .executed, reason: "", started: 0))
    }
  }

  private func explain(
    _ name: String, _ pipeline: Pipeline, observedRun: String? = nil
  ) throws -> RunExplainer.Explanation {
    let explainer = RunExplainer(
      pipeline: pipeline, cache: cache, records: records, observedRun: observedRun)
    let cell = try #require(pipeline.cell(named: name))
    let key = try #require(try board(pipeline).keys[cell.index])
    return try explainer.explain(cell, key: key)
  }

  @Test func aCellsOwnEarlierKeyIsTheNearest() throws {
    try record("r1", try pipeline(["p", "q", "r"], text: "${x} old"))
    let now = try pipeline(["p", "q", "r"], text: "${x}")
    for name in ["p", "q", "r"] {
      let explanation = try explain("a@x=\(name)", now)
      #expect(explanation.earlier?.cell == "a@x=\(name)")
      #expect(explanation.changes == ["parameter text: \"\(name) old\" -> \"\(name)\""])
    }
  }

  @Test func aNewCellIsComparedWithTheOthers() throws {
    try record("r1", try pipeline(["p", "q"], text: "${x}"))
    let explanation = try explain("a@x=new", try pipeline(["p", "new"], text: "${x}"))
    #expect(explanation.earlier?.cell == "a@x=q", "the latest of those that are equally near")
    #expect(explanation.changes == ["parameter text: \"q\" -> \"new\""])
  }

  /// The rows of the run that is going on are no earlier ones, and do not push earlier ones out.
  @Test func theRunItselfExplainsNothing() throws {
    let many = (0..<250).map { "cell-\($0)" }
    try record("r1", try pipeline(["p"], text: "${x} old"))
    let now = try pipeline(["p"] + many, text: "${x}")
    let explainer = RunExplainer(
      pipeline: now, cache: cache, records: records, observedRun: "r2")
    let keys = try board(now).keys
    func reason(_ cell: Cell) throws -> String {
      explainer.shortReason(
        for: cell, key: try #require(keys[cell.index]), missReason: ActionCache.notStored)
    }
    #expect(try reason(now.cells[1]) == "parameter text: \"p old\" -> \"cell-0\"")
    try record("r2", now)
    #expect(try reason(now.cells[0]) == "parameter text: \"p old\" -> \"p\"")
    #expect(try explain("a@x=p", now, observedRun: "r2").earlier?.run == "r1")
  }
}
