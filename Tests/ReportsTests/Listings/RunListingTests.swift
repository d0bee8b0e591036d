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
    let listing = try RunListing(try store.records.runs(), records: store.records)
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
    #expect(try RunListing([], records: store.records).text == "no recorded runs\n")
  }
}
