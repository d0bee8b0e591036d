import Testing

@testable import Reports

struct PhaseTests {
  @Test(
    "every kind of the papers belongs to a phase, and others are phases of their own",
    arguments: [
      ("ingest/pbc", "preprocessing"), ("split", "preprocessing"),
      ("extract-features", "feature extraction"), ("classify", "training"),
      ("evaluate", "prediction"), ("command", "command"),
    ])
  func kindsBelongToPhases(_ kind: String, _ phase: String) {
    #expect(Phase.name(of: kind) == phase)
  }

  @Test("phases are in the order of the table, others after them by name")
  func phasesAreSorted() {
    #expect(
      Phase.sorted(["command", "training", "compare", "preprocessing", "training"])
        == ["preprocessing", "training", "command", "compare"])
  }
}
