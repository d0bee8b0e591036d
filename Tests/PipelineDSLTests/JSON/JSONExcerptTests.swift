import Testing

@testable import PipelineDSL

@Suite struct JSONExcerptTests {
  @Test func shortValuesAreShownInFull() {
    let pair = JSONExcerpt.pair(0.001, nil, width: 60)
    #expect(pair.old == "0.001")
    #expect(pair.new == "none")
  }

  @Test func longValuesAreCutToWhereTheyDiffer() {
    let (head, tail) = (String(repeating: "a", count: 100), String(repeating: "z", count: 100))
    let pair = JSONExcerpt.pair(.string(head + "1" + tail), .string(head + "2" + tail), width: 40)
    #expect(pair.old.count == 40)
    #expect(pair.new.count == 40)
    #expect(pair.old.hasPrefix("...aaaaaaaaaa1zzz"))
    #expect(pair.new.hasPrefix("...aaaaaaaaaa2zzz"))
    #expect(pair.new.hasSuffix("zzz..."))
  }

  @Test func differencesAtTheEndAreShown() {
    let text = String(repeating: "a", count: 100)
    let pair = JSONExcerpt.pair(.string(text + "1"), .string(text + "2"), width: 20)
    #expect(pair.old.hasSuffix("a1\""))
    #expect(pair.new.hasSuffix("a2\""))
    #expect(pair.old.count <= 20)
  }
}
