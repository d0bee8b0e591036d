import Testing

@testable import Store

struct RunMarksTests {
  private func event(_ run: String, _ kind: String, _ subject: String = "") -> EventRow {
    EventRow(run: run, kind: kind, subject: subject, at: 0)
  }

  @Test func laterEventsOverrideEarlierOnes() {
    let marks = RunMarks([
      event("r", "tag", "b"), event("r", "tag", "a"), event("r", "pin"), event("r", "untag", "b"),
      event("r", "unpin"), event("r", "note"),
    ])
    #expect(marks.tags == ["a"])
    #expect(!marks.isPinned)
  }

  @Test func tagBelongsToTheRunThatReceivedItLast() {
    let marks = RunMarks.all([
      event("1", "tag", "best"), event("2", "pin"), event("2", "tag", "best"),
    ])
    #expect(marks["1"]?.tags == [])
    #expect(marks["2"]?.tags == ["best"])
    #expect(marks["2"]?.isPinned == true)
  }

  @Test func removedTagMarksNoRun() {
    let marks = RunMarks.all([
      event("1", "tag", "best"), event("2", "tag", "best"), event("2", "untag", "best"),
    ])
    #expect(marks["1"]?.tags == [])
    #expect(marks["2"]?.tags == [])
  }
}
