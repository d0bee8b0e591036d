import Testing

@testable import assay

struct UsageSlotsTests {
  private func slots(_ verb: Verb, _ words: String...) -> [String] {
    UsageSlots(verb).placeholders(after: words)
  }

  @Test func placesAreThoseOfTheUsage() {
    #expect(slots(.run) == ["FILE"])
    #expect(slots(.run, "a.json", "model", "x") == ["STAGE", "CELL"])
    #expect(slots(.diff, "latest") == ["RUN"])
    #expect(slots(.checkout, "latest") == ["CELL.PORT"])
    #expect(slots(.checkout, "latest", "model", "out") == [])
    #expect(slots(.predict, "a", "b") == ["INPUT"])
    #expect(slots(.tag, "best") == ["RUN"])
    #expect(slots(.runs) == [])
  }

  @Test func literalWordsChooseAForm() {
    #expect(slots(.cache) == ["push", "pull", "verify"])
    #expect(slots(.cache, "push") == ["DIR"])
    #expect(slots(.cache, "push", "x") == [])
  }
}
