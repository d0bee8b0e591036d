import PipelineDSL
import Testing

@testable import Reports

struct ListingTableTests {
  private var table: ListingTable {
    var table = ListingTable(
      [
        .init(name: "run", style: .fixed("run")), .init(name: "score", style: .right("score")),
        .init(name: "note", style: .left("note"), isDefault: false),
      ], empty: "nothing\n")
    table.append([.init("run10"), .init(0.5), .init("a,\"b\"")])
    table.append([.init("run2"), .init(0.123456789), .init("")])
    table.append([.init("run1"), .init(nil as Double?), .init("x")])
    table.append([
      .init("run3"), .init("0.1 to 0.9", .array([.number(0.1), .number(0.9)])), .init("y"),
    ])
    return table
  }

  private func order(_ sort: String) throws -> [String] {
    try table.requested(ListingRequest(columns: ["run"], sort: sort)).json.elements?
      .compactMap { $0["run"]?.text } ?? []
  }

  @Test func sortsByValueWithAbsentOnesLast() throws {
    #expect(try order("run") == ["run1", "run2", "run3", "run10"])
    #expect(try order("-run") == ["run10", "run3", "run2", "run1"])
    // Of a range, the end that comes first counts.
    #expect(try order("score") == ["run3", "run2", "run10", "run1"])
    #expect(try order("-score") == ["run3", "run10", "run2", "run1"])
  }

  @Test func formatsHaveTheSameRows() throws {
    let all = try table.requested(ListingRequest(limit: 3))
    #expect(all.text(width: nil) == "run     score\nrun10  0.5000\nrun2   0.1235\nrun1\n")
    #expect(all.csv == "run,score\nrun10,0.5\nrun2,0.123456789\nrun1,\n")
    #expect(all.markdown.hasPrefix("| run | score |\n| --- | --: |\n| run10 | 0.5000 |\n"))
    #expect(all.json.elements?[1]["score"]?.real == 0.123456789)
    let notes = try table.requested(ListingRequest(columns: ["note", "score"]))
    #expect(notes.csv.hasPrefix("note,score\n\"a,\"\"b\"\"\",0.5\n"))
    #expect(notes.csv.hasSuffix("y,0.1 0.9\n"))
    #expect(try table.requested(ListingRequest(limit: 0)).text(width: 80) == "nothing\n")
  }

  @Test func unknownColumnsAreErrors() {
    let error = #expect(throws: QueryError.self) {
      try table.requested(ListingRequest(sort: "-scor"))
    }
    #expect(error?.reason == "unknown column 'scor'; did you mean 'score'?")
    #expect(error?.place == 1)
  }
}
