import Store
import Testing

@testable import Reports

struct StatusCountsTests {
  private func row(_ status: StageStatus, seconds: Double = 1, memory: Int = 0) -> StageRunRow {
    var row = StageRunRow(
      run: "r", cell: "x", stage: "x", kind: "command", key: nil, status: status, reason: "",
      started: 0)
    (row.seconds, row.peakMemory) = (seconds, memory)
    return row
  }

  @Test func countsByStatusAndWhatWasNotReached() {
    let rows = [row(.failed), row(.hit, memory: 7), row(.hit, memory: 5)]
    let counts = StatusCounts(rows, total: 5)
    #expect(counts.words == "2 hit, 1 failed, 2 not reached")
    #expect(counts.hasFailed)
    #expect(counts.total == 5)
    #expect(counts.seconds == 3)
    #expect(counts.peakMemory == 7)
    #expect(counts.bar.text.contains("class=\"hit\" style=\"width:40%\""))
    #expect(counts.legend.text.contains("not reached"))
  }

  @Test func damagedDurationsDoNotCount() {
    #expect(StatusCounts([row(.executed, seconds: -4), row(.executed)]).seconds == 1)
    #expect(StatusCounts([]).words == "")
  }
}
