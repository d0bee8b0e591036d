import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

/// Declares its work by a parameter.
private struct Heavy: StageKind {
  struct Parameters: StageParameters {
    var units = 10
    var variant = "a"
    static let fields: [ParameterField<Self>] = [
      .init("units", \.units, "units of work"), .init("variant", \.variant, "the variant"),
    ]
  }
  static let name = "heavy"
  static let revision = 1
  static let summary = "Works."
  static let source = "Assay"
  static let ports = Ports(outputs: [.init("files", .files, "what it gives")])
  let parameters: Parameters
  init(_ parameters: Parameters) { self.parameters = parameters }
  func work(_ load: StageLoad) -> StageWork? {
    StageWork(units: Double(parameters.units), variant: parameters.variant)
  }
  func run(_ context: StageContext) throws {}
}

/// Estimates from a record that a coordinator wrote, with a fake pool in which each job takes one
/// second.
@Suite final class RunEstimateTests {
  private static let catalogue = Catalogue([
    StageDescriptor(Heavy.self), StageDescriptor(Give.self), StageDescriptor(Pass.self),
  ])
  private let folder = NSTemporaryDirectory() + "assay-estimate-\(UUID().uuidString)"
  private let cache: ActionCache
  private let records: RunRecords
  private let machine = Machine(processors: 2, memory: 1 << 30)

  init() throws {
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder + "/store")))
    records = try RunRecords(path: folder + "/assay.sqlite")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func board(_ stages: String, forced: Bool = false) throws -> PlanBoard {
    let text = "{\"assay\": 1, \"name\": \"p\", \"stages\": {\(stages)}}"
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Self.catalogue)
    let all = Array(pipeline.cells.indices)
    return PlanBoard(
      pipeline: pipeline, targets: all, forced: forced ? Set(all) : [],
      catalogue: Self.catalogue, cache: cache, locations: LocationBook())
  }

  /// Runs stages, one at a time.
  @discardableResult
  private func run(_ stages: String, forced: Bool = false) throws -> RunOutcome {
    let board = try board(stages, forced: forced)
    var request = RunRequest(
      pipeline: board.pipeline, machine: machine, executable: "", environment: [:])
    request.jobs = 1
    let clock = HandClock()
    var coordinator = try Coordinator(
      request, board: board, catalogue: Self.catalogue, cache: cache, records: records,
      stop: try StopSignal(), pool: FakePool(cache.objects, clock), clock: { clock.now },
      observe: { _ in })
    return try coordinator.execute()
  }

  private func estimate(
    _ stages: String, forced: Bool = false, jobs: Int = 1
  ) throws -> RunEstimate {
    var board = try board(stages, forced: forced)
    try board.decideAll()
    return try RunEstimate(board, cache: cache, records: records, machine: machine, jobs: jobs)
  }

  private let chain = """
    "a": {"uses": "heavy"}, "b": {"uses": "pass", "needs": "a"},
    "c": {"uses": "heavy", "with": {"units": 20}}
    """

  @Test("a forced run is expected to take what it has just taken")
  func forcedRunIsExpectedToTakeAsLong() throws {
    let outcome = try run(chain, forced: true)
    #expect(outcome.seconds == 3)
    let estimate = try estimate(chain, forced: true)
    #expect(estimate.cells == 3 && estimate.unknown == 0 && estimate.undecided == 1)
    #expect(estimate.seconds >= outcome.seconds / 2 && estimate.seconds <= outcome.seconds * 2)
    #expect(estimate.groups.allSatisfy { $0.runs == [outcome.run] })
    #expect(try self.estimate(chain, forced: true, jobs: 2).seconds < estimate.seconds)
  }

  @Test("what is cached costs nothing")
  func cachedCellsCostNothing() throws {
    try run(chain)
    let estimate = try estimate(chain)
    #expect(estimate.cells == 0 && estimate.seconds == 0 && estimate.groups.isEmpty)
  }

  @Test("work that was never done is scaled from the declared units")
  func newWorkIsScaled() throws {
    try run(#""a": {"uses": "heavy"}"#)
    let estimate = try estimate(#""x": {"uses": "heavy", "with": {"units": 35}}"#)
    #expect(estimate.seconds == 3.5)
    let group = try #require(estimate.groups.first)
    #expect(group.kind == "heavy" && group.executions == 1 && !group.isOtherVariant)
    let other = try self.estimate(#""x": {"uses": "heavy", "with": {"variant": "b"}}"#)
    #expect(other.groups.first?.isOtherVariant == true && other.seconds == 1)
  }

  @Test("kinds that were never executed are counted as unknown")
  func newKindsAreUnknown() throws {
    try run(#""a": {"uses": "heavy"}"#)
    let estimate = try estimate(
      #""x": {"uses": "heavy", "with": {"units": 20}}, "y": {"uses": "give"}"#)
    #expect(estimate.cells == 2 && estimate.unknown == 1 && estimate.seconds == 2)
    #expect(estimate.groups.map { $0.seconds } == [2, nil])
  }

  @Test("cells with the same key count once")
  func equalKeysCountOnce() throws {
    try run(#""a": {"uses": "heavy"}"#)
    let twice = #"{"uses": "heavy", "with": {"units": 20}}"#
    let estimate = try estimate("\"x\": \(twice), \"y\": \(twice)")
    #expect(estimate.cells == 1 && estimate.seconds == 2)
  }

  @Test("without a record everything is unknown")
  func withoutRecordEverythingIsUnknown() throws {
    var board = try board(chain)
    try board.decideAll()
    let estimate = try RunEstimate(
      board, cache: cache, records: nil, machine: machine, jobs: 1)
    #expect(estimate.unknown == 3 && estimate.seconds == 0)
  }
}
