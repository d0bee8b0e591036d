import Foundation
import PipelineDSL
import Store
import Testing

@testable import Execution

/// Reads a folder.
private struct Read: StageKind {
  struct Parameters: StageParameters {
    var root = Location("")
    var other: Location?
    static let fields: [ParameterField<Self>] = [
      .init("root", \.root, required: true, "the folder"),
      .init("other", \.other, "another folder"),
    ]
  }
  static let name = "read"
  static let revision = 1
  static let summary = "Reads a folder."
  static let source = "Assay"
  static let ports = Ports(outputs: [.init("files", .files, "what it gives")])
  init(_ parameters: Parameters) {}
  func whereToGet(_ parameter: String) -> String? {
    parameter == "root" ? "https://example.org/data" : nil
  }
  func run(_ context: StageContext) throws {}
}

/// Pipelines of which some locations do not exist.
@Suite final class MissingDataTests {
  private static let catalogue = Catalogue([
    StageDescriptor(Read.self), StageDescriptor(Give.self), StageDescriptor(Pass.self),
  ])
  private let folder = NSTemporaryDirectory() + "assay-missing-\(UUID().uuidString)"
  private let cache: ActionCache
  private let records: RunRecords

  init() throws {
    cache = ActionCache(ObjectStore(try StoreLayout(root: folder + "/store")))
    records = try RunRecords(path: folder + "/assay.sqlite")
    try FileManager.default.createDirectory(
      atPath: folder + "/here", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func pipeline(_ stages: String) throws -> Pipeline {
    let text = "{\"assay\": 1, \"name\": \"p\", \"stages\": {\(stages)}}"
      .replacing("DIR", with: folder)
    return try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "p.json", catalogue: Self.catalogue)
  }

  private func missing(_ pipeline: Pipeline) throws -> MissingData {
    try MissingData(pipeline.cells.indices, of: pipeline, catalogue: Self.catalogue)
  }

  private let mixed = """
    "gone": {"uses": "read", "with": {"root": "DIR/gone"}},
    "here": {"uses": "read", "with": {"root": "DIR/here"}},
    "both": {"uses": "pass", "needs": ["gone", "here"]},
    "last": {"uses": "pass", "needs": "both"},
    "free": {"uses": "pass", "needs": "here"}
    """

  @Test("only cells that need a missing location are blocked, and a join is one of them")
  func onlyDependentsAreBlocked() throws {
    let pipeline = try pipeline(mixed)
    let data = try missing(pipeline)
    let names = data.blocked.map { pipeline.cells[$0.key].name }.sorted()
    #expect(names == ["both", "gone", "last"])
    let location = try #require(data.locations.first)
    #expect(data.locations.count == 1 && location.cells == 3 && location.cell == "gone")
    #expect(location.path == folder + "/gone")
    #expect(location.problem.contains("has no 'gone'"))
    #expect(location.whereToGet == "https://example.org/data")
    let index = try #require(pipeline.cell(named: "last")).index
    #expect(data.blocked[index] == "data missing for gone")
  }

  @Test("a location that several stages name is listed once")
  func sharedLocationIsListedOnce() throws {
    let data = try missing(
      pipeline(
        """
        "a": {"uses": "read", "with": {"root": "DIR/gone"}},
        "b": {"uses": "read", "with": {"root": "DIR/here", "other": "DIR/gone"}},
        "c": {"uses": "give"}
        """))
    #expect(data.locations.map(\.stages) == [["a", "b"]])
    #expect(data.locations.first?.cells == 2)
  }

  @Test("if every cell is blocked, all missing locations are one error")
  func nothingLeftIsAnError() throws {
    let pipeline = try pipeline(
      """
      "a": {"uses": "read", "with": {"root": "DIR/gone"}},
      "b": {"uses": "read", "with": {"root": "DIR/away"}},
      "c": {"uses": "pass", "needs": "a"}
      """)
    let error = #expect(throws: RunError.self) { try self.missing(pipeline) }
    guard case .locations(let problems)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problems.map(\.cell) == ["a", "b"])
    #expect(problems[0].description.hasSuffix("where to get it: https://example.org/data"))
  }

  @Test("a location that exists and cannot be used is an error, whatever else can run")
  func unusableLocationIsAnError() throws {
    try #require(mkfifo(folder + "/pipe", 0o600) == 0)
    let pipeline = try pipeline(
      #""a": {"uses": "read", "with": {"root": "DIR/pipe"}}, "b": {"uses": "give"}"#)
    #expect(throws: RunError.self) { try self.missing(pipeline) }
  }

  @Test("a broken link as root counts as missing")
  func brokenLinkIsMissing() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: folder + "/nowhere")
    let pipeline = try pipeline(
      #""a": {"uses": "read", "with": {"root": "DIR/link"}}, "b": {"uses": "give"}"#)
    #expect(try missing(pipeline).locations.first?.problem.contains("broken") == true)
  }

  // MARK: Plans and runs

  private func board(_ pipeline: Pipeline) throws -> PlanBoard {
    try PlanBoard.read(
      pipeline, targets: Array(pipeline.cells.indices), catalogue: Self.catalogue, cache: cache,
      index: FileIndex(path: folder + "/index"), threads: 1)
  }

  @Test("a plan counts blocked cells and gives the reason")
  func planCountsBlockedCells() throws {
    let pipeline = try pipeline(mixed)
    let plan = try RunPlan(board(pipeline), pipeline: pipeline, cache: cache, records: nil)
    #expect(plan.counts.map(\.state) == ["hit", "run", "undecided", "blocked"])
    #expect(plan.counts.map(\.count) == [0, 1, 1, 3])
    let verdict = plan.verdict(try #require(pipeline.cell(named: "gone")).index)
    #expect(verdict.state == "blocked" && verdict.reason == "data missing: \(folder)/gone")
    #expect(!plan.isUpToDate)
  }

  @Test("a run executes the other cells, records what was missing and ends with exit code 1")
  func runContinuesWithTheOthers() throws {
    let pipeline = try pipeline(mixed)
    let clock = HandClock()
    let pool = FakePool(cache.objects, clock)
    let request = RunRequest(
      pipeline: pipeline, machine: Machine(processors: 2, memory: 1 << 30), executable: "",
      environment: [:])
    var events: [String] = []
    var coordinator = try Coordinator(
      request, board: try board(pipeline), catalogue: Self.catalogue, cache: cache,
      records: records, stop: try StopSignal(), pool: pool, clock: { clock.now },
      observe: { event in
        switch event {
        case .missing(let data): events.append("missing \(data.blocked.count)")
        case .started(let cell, _, _): events.append("started \(cell)")
        default: break
        }
      })
    let outcome = try coordinator.execute()
    #expect(outcome.status == .dataMissing && outcome.exit == 1)
    #expect(outcome.counts == [.executed: 2, .skipped: 3])
    #expect(events == ["missing 3", "started here", "started free"])
    let rows = try records.stageRuns(run: outcome.run)
    #expect(Set(rows.filter(\.lacksData).map(\.cell)) == ["gone", "both", "last"])
    let summary = try records.run(outcome.run)
    #expect(summary.end?.status == .dataMissing && summary.end?.exit == 1)
    let recorded = try records.events(run: outcome.run).compactMap { MissingLocation($0) }
    #expect(recorded == outcome.missing.locations)
  }
}
