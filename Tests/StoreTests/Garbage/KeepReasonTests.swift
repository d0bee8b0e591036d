import Testing

@testable import Store

struct KeepReasonTests {
  @Test func roundTripsThroughItsText() {
    let all: [KeepReason] = [
      .pinned, .tag("a b"), .tag("latest 3"), .running, .newestSuccess, .latest(12),
    ]
    for reason in all { #expect(KeepReason(reason.text) == reason) }
    for text in ["", "pin", "latest", "latest 0", "latest x"] { #expect(KeepReason(text) == nil) }
  }

  @Test func sortsTheStrongestFirst() {
    let run = KeptRun(
      run: "1", pipeline: "p", reasons: [.latest(1), .newestSuccess, .tag("t"), .pinned])
    #expect(run.reasons == [.pinned, .tag("t"), .newestSuccess, .latest(1)])
  }
}
