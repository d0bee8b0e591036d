import PipelineDSL
import Testing

@testable import Store

@Suite struct MissingLocationTests {
  private let location = MissingLocation(
    cell: "pbc", stages: ["pbc", "copy"], parameter: "root", path: "data/PBC",
    problem: "no such location", whereToGet: "https://example.org", cells: 1)

  @Test("a missing location is recorded as an event and read back")
  func eventsAreReadBack() throws {
    let event = location.event(run: "r", at: 5)
    #expect(event.kind == "missing-data" && event.subject == "pbc" && event.at == 5)
    #expect(MissingLocation(event) == location)
    #expect(MissingLocation(EventRow(run: "r", kind: "note", subject: "", at: 0)) == nil)
    #expect(MissingLocation(EventRow(run: "r", kind: "missing-data", subject: "", at: 0)) == nil)
  }

  @Test("the sentences name stages, path, problem and the place to get the data")
  func sentencesNameEverything() {
    #expect(location.sentence == "pbc, copy: the location 'root': data/PBC: no such location")
    #expect(
      location.remedy == "1 cell cannot run without it; where to get it: https://example.org")
  }

  @Test("only skipped cells whose reason says so lack data")
  func reasonsTellWhichCellsLackData() {
    func row(_ status: StageStatus, _ reason: String) -> StageRunRow {
      StageRunRow(
        run: "r", cell: "c", stage: "c", kind: "k", key: nil, status: status, reason: reason,
        started: 0)
    }
    #expect(row(.skipped, "data missing for pbc").lacksData)
    #expect(!row(.skipped, "'a' failed").lacksData)
    #expect(!row(.failed, "data missing for pbc").lacksData)
  }
}
