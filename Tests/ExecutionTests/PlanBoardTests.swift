import Foundation
import PipelineDSL
import Store
import TestSupport
import Testing

@testable import Execution

/// A board over a chain a -> b -> c and a separate d, in its own store.
@Suite struct PlanBoardTests {
  private let folder: TemporaryFolder
  private let cache: ActionCache
  private let pipeline: Pipeline
  private let catalogue = Catalogue([StageDescriptor(Give.self), StageDescriptor(Pass.self)])

  init() throws {
    folder = try TemporaryFolder()
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder.path("store"))))
    let text = """
      {"assay": 1, "name": "p", "stages": {
        "a": {"uses": "give"}, "b": {"uses": "pass", "needs": "a"},
        "c": {"uses": "pass", "needs": "b"}, "d": {"uses": "give", "with": {"text": "y"}}}}
      """
    pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: catalogue)
  }

  private func board(
    targets: [Int]? = nil, forced: Set<Int> = [], threads: Int = 1
  ) -> PlanBoard {
    PlanBoard(
      pipeline: pipeline, targets: targets ?? Array(pipeline.cells.indices), forced: forced,
      catalogue: catalogue, cache: cache, locations: LocationBook(), threads: threads)
  }

  private func index(_ name: String) throws -> Int {
    try #require(pipeline.cell(named: name)).index
  }

  /// Publishes a result for a cell as a worker would do.
  private func publish(_ key: StageKey, _ content: String) throws {
    let outputs = "outputs/\(UUID().uuidString)"
    try folder.write(outputs + "/f", content)
    let manifest = try cache.objects.adoptFolder(folder.path(outputs))
    let record = KeyRecord(
      kind: "give", revision: 1, preImage: key.preimage,
      artifacts: [
        "files": .init(type: .files, digest: manifest.digest, bytes: manifest.totalSize)
      ])
    #expect(try cache.publish(record) == .published)
  }

  private func key(_ board: PlanBoard, _ name: String) throws -> StageKey {
    let index = try index(name)
    let key = try board.stageKey(of: index)
    #expect(board.keys[index] == key.digest)
    return key
  }

  @Test func cellsWithMissingInputsAreUndecided() throws {
    var board = board()
    try board.decideAll()
    guard case .needed = board.states[try index("a")], case .open = board.states[try index("b")],
      case .open = board.states[try index("c")]
    else {
      Issue.record("the chain is decided too early")
      return
    }
    #expect(board.blockers(of: try index("c")) == [try index("a")])
  }

  @Test func cachedResultDecidesTheNextCell() throws {
    var first = board()
    try first.decideAll()
    try publish(try key(first, "a"), "one")
    var second = board()
    try second.decideAll()
    #expect(second.record(of: try index("a")) != nil)
    guard case .needed = second.states[try index("b")] else {
      Issue.record("b can be decided now")
      return
    }
  }

  /// Early cutoff: a key depends on the outputs of upstream cells, not on how they were produced.
  @Test func keysDependOnInputBytesOnly() throws {
    var first = board()
    try first.decideAll()
    try publish(try key(first, "a"), "same")
    try publish(try key(first, "d"), "same")
    var second = board()
    try second.decideAll()
    let below = try key(second, "b")
    #expect(
      second.record(of: try index("a"))?.artifacts == second.record(of: try index("d"))?.artifacts)
    #expect(below.preimage["inputs"]?["files"]?.elements?.count == 1)
  }

  @Test func forcedCellsAreNeverHits() throws {
    var first = board()
    try first.decideAll()
    try publish(try key(first, "d"), "y")
    var second = board(forced: [try index("d")])
    try second.decideAll()
    guard case .needed(.forced) = second.states[try index("d")] else {
      Issue.record("d was forced")
      return
    }
  }

  @Test func targetsIncludeOnlyTheirDependencies() throws {
    let board = board(targets: [try index("b")])
    #expect(board.wanted == [try index("a"), try index("b")].sorted())
  }

  @Test func dependentsOfALostCellAreLost() throws {
    var board = board()
    try board.decideAll()
    #expect(board.lose(try index("a")) == [try index("b"), try index("c")].sorted())
  }

  /// Decisions are the same whether results are looked up one by one or ahead on several threads.
  @Test(arguments: [1, 4]) func lookingAheadDoesNotChangeDecisions(_ threads: Int) throws {
    for name in ["a", "b", "c", "d"] {
      var one = board()
      var stack = one.roots
      while let index = stack.popLast() {
        try one.decide(index)
        if case .hit = one.states[index] { stack += one.settle(index) }
      }
      var ahead = board(threads: threads)
      try ahead.decideAll()
      #expect(ahead.keys == one.keys)
      for index in pipeline.cells.indices {
        #expect(ahead.record(of: index) == one.record(of: index))
      }
      // The next round has one more cached result.
      try publish(try key(ahead, name), name)
    }
  }

  @Test func forcedCellsAreNotLookedUp() throws {
    var first = board()
    try first.decideAll()
    try publish(try key(first, "a"), "one")
    var forced = board(forced: [try index("a")], threads: 2)
    try forced.decideAll()
    guard case .needed(.forced) = forced.states[try index("a")],
      case .open = forced.states[try index("b")]
    else {
      Issue.record("a must run, and b wait for it")
      return
    }
  }

  /// Batches cover all cells in order; no more than a batch is looked up ahead.
  @Test func batchesCoverAllCells() {
    let cells = Array(0..<40_000)
    let batches = PlanBoard.batches(of: cells)
    #expect(batches.flatMap { $0 } == cells)
    #expect(batches.count == 3)
    #expect(PlanBoard.batches(of: []).isEmpty)
  }

  /// A plan keeps a state and a digest per cell, so that these must stay small.
  @Test func stateOfACellIsSmall() {
    #expect(MemoryLayout<PlanBoard.State>.stride <= 16)
    #expect(MemoryLayout<Digest?>.stride <= 40)
  }
}
