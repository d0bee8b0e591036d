import PipelineDSL
import Store
import Testing

@testable import Reports

struct RunListingTests {
  @Test func hasOneLinePerRun() throws {
    let store = try SampleStore()
    let cell = SampleStore.CellPlan("a", "command")
    _ = try store.record([cell], id: "20261121-000000-aaaaaa", text: "{}")
    _ = try store.record([], id: "20261122-000000-bbbbbb", text: "{}", end: nil)
    let first = "20261121-000000-aaaaaa"
    try store.records.add(EventRow(run: first, kind: "tag", subject: "best", at: 0))
    try store.records.add(EventRow(run: first, kind: "pin", subject: "", at: 0))
    let listing = try RunListing(
      try RunSelection(try store.records.runs(), where: nil, records: store.records),
      records: store.records)
    #expect(
      listing.text == """
        run                     pipeline    status      started                   took  hit  executed  failed  skipped  marks
        20261122-000000-bbbbbb  five-class  unfinished  2026-11-21 22:26:40 UTC      -    -         -       -        -
        20261121-000000-aaaaaa  five-class  done        2026-11-21 22:26:40 UTC  3.0 s    0         1       0        0  best (pinned)

        """)
    let json = try #require(listing.json.elements?.last)
    #expect(json["tags"]?.elements?.compactMap(\.text) == ["best"])
    #expect(json["pinned"]?.truth == true)
    #expect(json["counts"]?["executed"]?.whole == 1)
    #expect(listing.json.elements?.first?["seal"] == nil)
  }

  @Test func emptyListHasAMessage() throws {
    let store = try SampleStore()
    let none = try RunSelection([], where: nil, records: store.records)
    #expect(try RunListing(none, records: store.records).text == "no recorded runs\n")
  }

  private func listing(_ request: ListingRequest, where filter: String? = nil) throws
    -> RunListing
  {
    let store = try SampleStore()
    for (index, shift) in [0.06, 0.0].enumerated() {
      _ = try store.record(
        SampleCells(shift: shift).all.only("scores"), id: "2026112\(index)-000000-aaaaaa",
        text: SampleCells.text, parameters: ["size": .integer(96 + index)])
    }
    let selection = try RunSelection(
      try store.records.runs(), where: try filter.map { try Filter($0) }, records: store.records)
    return try RunListing(selection, records: store.records, request: request)
  }

  @Test func columnsMayBeMetricsAxesAndParameters() throws {
    let columns = ["run", "metric.test/accuracy", "axis.backbone", "parameter.size"]
    let all = try listing(ListingRequest(columns: columns, sort: "-metric.test/accuracy"))
    #expect(
      all.text == """
        run                     metric.test/accuracy  axis.backbone     parameter.size
        20261120-000000-aaaaaa  0.9100 to 0.9200 (2)  cnn mobilenet-v2              96
        20261121-000000-aaaaaa  0.8900 to 0.9100 (2)  cnn mobilenet-v2              97

        """)
    // Only the cells that the filter selects are shown.
    let cnn = try listing(ListingRequest(columns: columns), where: "axis.backbone = cnn")
    #expect(cnn.table.csv.hasSuffix("20261120-000000-aaaaaa,0.92,cnn,96\n"))
    #expect(cnn.json.elements?.first?["metric.test/accuracy"]?.real == 0.89)
  }

  @Test func orderAndLimitHoldForJSONToo() throws {
    let json = try listing(ListingRequest(sort: "metric.test/accuracy", limit: 1)).json
    #expect(json.elements?.count == 1)
    #expect(json.elements?.first?["run"]?.text == "20261121-000000-aaaaaa")
    #expect(json.elements?.first?["seal"] != nil, "without columns, everything is in JSON")
  }

  @Test func unknownColumnsAreErrors() {
    let error = #expect(throws: QueryError.self) {
      try listing(ListingRequest(columns: ["metric.test/acuracy"]))
    }
    #expect(error?.reason.contains("'metric.test/accuracy'") == true)
    #expect(throws: QueryError.self) { try listing(ListingRequest(columns: ["stat"])) }
  }
}
