import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

/// The decisions of a coordinator, with a fake pool and clock and no processes.
@Suite final class CoordinatorTests {
  private static let catalogue = Catalogue([
    StageDescriptor(Give.self), StageDescriptor(Pass.self),
  ])
  private let folder = NSTemporaryDirectory() + "assay-coordinator-\(UUID().uuidString)"
  private let cache: ActionCache
  private let records: RunRecords
  private let clock = HandClock()
  private let pool: FakePool

  init() throws {
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder + "/store")))
    records = try RunRecords(path: folder + "/assay.sqlite")
    pool = FakePool(cache.objects, clock)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs stages once; `change` edits the request.
  private func run(
    _ stages: String, forced: Bool = false, change: (inout RunRequest) -> Void = { _ in }
  ) throws -> RunOutcome {
    let text = "{\"assay\": 1, \"name\": \"p\", \"stages\": {\(stages)}}"
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Self.catalogue)
    var request = RunRequest(
      pipeline: pipeline, machine: Machine(processors: 2, memory: 1 << 30), executable: "",
      environment: [:])
    change(&request)
    let board = PlanBoard(
      pipeline: pipeline, targets: request.targets, forced: forced ? Set(request.targets) : [],
      catalogue: Self.catalogue, cache: cache, locations: LocationBook(), threads: 1)
    let clock = clock
    var coordinator = try Coordinator(
      request, board: board, catalogue: Self.catalogue, cache: cache, records: records,
      stop: try StopSignal(), pool: pool, clock: { clock.now }, observe: { _ in })
    return try coordinator.execute()
  }

  private func rows(_ outcome: RunOutcome) throws -> [String: StageRunRow] {
    Dictionary(try records.stageRuns(run: outcome.run).map { ($0.cell, $0) }) { $1 }
  }

  private func statuses(_ outcome: RunOutcome) throws -> [String: StageStatus] {
    try rows(outcome).mapValues(\.status)
  }

  private let chain = """
    "a": {"uses": "give", "with": {"text": "a"}}, "b": {"uses": "pass", "needs": "a"},
    "c": {"uses": "pass", "needs": "b"}, "d": {"uses": "give", "with": {"text": "d"}}
    """

  @Test func cellsRunInOrderWithinMachineLimits() throws {
    let outcome = try run(chain)
    #expect(outcome.status == .done && outcome.exit == 0)
    #expect(pool.started == ["a", "d", "b", "c"] && pool.mostAtOnce == 2)
    let again = try run(chain)
    #expect(again.counts == [.hit: 4] && pool.started.count == 4)
    let one = try run(chain, forced: true) { $0.jobs = 1 }
    #expect(one.counts == [.executed: 4])
    #expect(Array(pool.started[4...]) == ["a", "b", "c", "d"])
  }

  @Test func failureSkipsOnlyDependents() throws {
    pool.endings["a"] = .fails("bad luck")
    let outcome = try run(chain)
    #expect(outcome.status == .failed && outcome.exit == 1)
    #expect(
      try statuses(outcome) == ["a": .failed, "b": .skipped, "c": .skipped, "d": .executed])
    let row = try #require(try rows(outcome)["a"])
    #expect(row.reason == "bad luck" && row.attempt == 1)
    // The stage reported the failure itself, and its worker is still running.
    #expect(row.end == nil)
  }

  @Test func remoteCellsAreSharedOutByTheirNumber() throws {
    pool.remote = RemoteShare(jobs: 3, processors: 5)
    let outcome = try run(chain)
    #expect(outcome.counts == [.executed: 4])
    let row = try #require(try rows(outcome)["a"])
    #expect(row.node == "n1" && row.job == "7" && row.queueSeconds == 40)
    // Its own time, without that in the queue.
    #expect(row.started == 1000 && row.seconds == 2)
  }

  @Test func detachedRunLeavesItsJobs() throws {
    pool.remote = RemoteShare(jobs: 10, processors: 1)
    pool.endings = ["a": .hangs, "d": .hangs]
    let outcome = try run(chain) { $0.detaches = true }
    #expect(outcome.status == .detached && outcome.exit == 0 && pool.timesLeft == 1)
    #expect(
      try statuses(outcome)
        == ["a": .interrupted, "b": .skipped, "c": .skipped, "d": .interrupted])
    // Its keys are free for whoever continues.
    pool.endings = [:]
    #expect(try run(chain).counts == [.executed: 4])
  }

  @Test func failFastStartsNothingMore() throws {
    pool.endings["a"] = .fails("bad luck")
    let outcome = try run(chain) {
      $0.failFast = true
      $0.jobs = 1
    }
    let rows = try rows(outcome)
    #expect(rows["d"]?.status == .skipped)
    #expect(rows["d"]?.reason == "'a' failed, and the run stops at the first failure")
    #expect(pool.started == ["a"])
  }

  @Test func cellsWithTheSameKeyRunOnce() throws {
    let same = #""a": {"uses": "give"}, "b": {"uses": "give"}, "c": {"uses": "pass", "needs": "b"}"#
    let outcome = try run(same)
    #expect(try statuses(outcome) == ["a": .executed, "b": .hit, "c": .executed])
    #expect(pool.started == ["a", "c"])
  }

  @Test func failureIsSharedByCellsWithTheSameKey() throws {
    pool.endings["a"] = .fails("bad luck")
    let outcome = try run(#""a": {"uses": "give"}, "b": {"uses": "give"}"#)
    let rows = try rows(outcome)
    #expect(rows["b"]?.status == .skipped && rows["b"]?.attempt == 0)
    #expect(rows["b"]?.reason == "'a', which has the same key, failed")
  }

  @Test func overdueStageIsKilled() throws {
    pool.endings["a"] = .hangs
    let outcome = try run(
      #""a": {"uses": "give", "resources": {"time": "0:00:05"}}, "b": {"uses": "pass", "needs": "a"}"#
    )
    let row = try #require(try rows(outcome)["a"])
    #expect(row.status == .failed && row.end == .signalled("SIGKILL") && row.seconds == 10)
    #expect(row.reason.hasPrefix("the stage exceeded its time limit of 5 s; raise \"time\""))
  }

  @Test func crashesAreRecordedWithSignalAndAttempt() throws {
    let one = #""a": {"uses": "give"}"#
    var found: [StageRunRow] = []
    for ending in [
      FakePool.Ending.ends(.signalled("SIGILL")), .ends(.signalled("SIGKILL")),
      .ends(.exited(3)), .done([]),
    ] {
      pool.endings["a"] = ending
      found.append(try #require(try rows(try run(one))["a"]))
    }
    #expect(found.map(\.attempt) == [1, 2, 3, 4])
    #expect(found.map(\.end) == [.signalled("SIGILL"), .signalled("SIGKILL"), .exited(3), nil])
    #expect(found[0].reason.hasPrefix("the worker process crashed (SIGILL)"))
    #expect(found[1].reason.hasPrefix("the worker process was killed (SIGKILL;"))
    #expect(found[2].reason.hasPrefix("the worker process ended with exit code 3"))
    // A success resets the count.
    let forced = try #require(try rows(try run(one, forced: true))["a"])
    #expect(forced.status == .executed && forced.attempt == 1)
  }

  @Test func unmetCheckIsNotAFailedStage() throws {
    pool.endings["a"] = .done([StageMetric("m", 0.5)])
    let outcome = try run(
      #""a": {"uses": "give", "checks": [{"metric": "m", "at-least": 0.9}]}"#)
    #expect(outcome.status == .unmet && outcome.exit == 1)
    #expect(outcome.counts == [.executed: 1] && outcome.unmet.count == 1)
    #expect(try records.run(outcome.run).end?.status == .unmet)
    pool.endings["b"] = .fails("no")
    let both = try run(
      #""a": {"uses": "give", "checks": [{"metric": "m", "at-least": 0.9}]}, "b": {"uses": "give", "with": {"text": "b"}}"#
    )
    #expect(both.status == .failed)
  }

  @Test("a check can bound how often the test set was evaluated, cached results included")
  func evaluationsOfTheTestSetAreBounded() throws {
    let check = #""checks": [{"metric": "record/test-evaluations", "at-most": 1}]"#
    func stages(_ text: String) -> String {
      #""a": {"uses": "give", "with": {"text": "\#(text)"}}, "b": {"uses": "pass", "needs": "a", \#(check)}"#
    }
    pool.endings["a"] = .done([StageMetric("test/accuracy", 0.5)])
    let first = try run(stages("x"))
    #expect(first.status == .done)
    #expect(try records.checks(run: first.run).map(\.value) == [1])
    #expect(try run(stages("x")).status == .done, "a second look at the same result")
    let second = try run(stages("y"))
    #expect(second.status == .unmet && second.unmet.map(\.value) == [2])
    let again = try run(stages("x"))
    #expect(try statuses(again) == ["a": .hit, "b": .hit])
    #expect(again.status == .unmet && again.unmet.map(\.value) == [2])
    #expect(try records.checks(run: again.run).map(\.met) == [false])
  }
}
