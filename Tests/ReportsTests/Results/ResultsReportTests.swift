import PipelineDSL
import Store
import Testing

@testable import Reports

@Suite struct ResultsReportTests {
  /// The report of the grid.
  static func report(_ request: ResultsRequest = ResultsRequest()) throws -> ResultsReport {
    let store = try SampleStore()
    return try ResultsReport(
      [try store.grid()], records: store.records, objects: store.objects, request: request)
  }

  @Test("the latest run of each pipeline that has ended is shown, by name")
  func latest() throws {
    let store = try SampleStore()
    func add(_ id: String, _ pipeline: String, end: RunStatus?) throws {
      _ = try store.record([], id: id, pipeline: pipeline, text: "{}", end: end)
    }
    try add("20261121-000000-aaaaaa", "p10", end: .done)
    try add("20261122-000000-bbbbbb", "p2", end: .done)
    try add("20261123-000000-cccccc", "p2", end: .failed)
    try add("20261124-000000-dddddd", "p2", end: nil)
    try add("20261125-000000-eeeeee", "p3", end: nil)
    #expect(
      try ResultsReport.latest(store.records).map(\.run.id) == [
        "20261123-000000-cccccc", "20261125-000000-eeeeee", "20261121-000000-aaaaaa",
      ])
  }

  @Test("what fits no run is refused with the nearest name")
  func problems() throws {
    func problem(_ request: ResultsRequest) throws -> String? {
      try Self.report(request).problem
    }
    #expect(try problem(ResultsRequest()) == nil)
    #expect(
      try problem(ResultsRequest(rows: "backbon"))
        == "--rows: no run has an axis 'backbon'; did you mean 'backbone'?")
    #expect(
      try problem(ResultsRequest(rows: "policy", columns: "policy"))
        == "--rows and --columns both name 'policy'")
    #expect(
      try problem(ResultsRequest(columns: "seed"))
        == "--columns: means are taken over 'seed'; name other axes with --repeats")
    #expect(
      try problem(ResultsRequest(repeats: ["fold"])) == "--repeats: no run has an axis 'fold'")
    #expect(
      try problem(ResultsRequest(metrics: ["test/los"]))
        == "--metric: no run has 'test/los'; did you mean 'test/loss'?")
  }

  @Test("equal records give equal texts", arguments: ResultsReport.Format.allCases)
  func sameText(_ format: ResultsReport.Format) throws {
    #expect(try Self.report().text(format) == Self.report().text(format))
  }
}
