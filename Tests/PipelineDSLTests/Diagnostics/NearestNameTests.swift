import PipelineDSL
import Testing

@Suite struct NearestNameTests {
  @Test(
    arguments: [
      ("harmonize-labels", ["harmonise-labels", "split"], "harmonise-labels"),
      ("splti", ["split", "sprite"], "split"), ("SIZE", ["size"], "size"),
      ("backbon", ["background", "backbone"], "backbone"), ("wiht", ["with", "what"], "with"),
      ("ab", ["ba"], "ba"), ("bat", ["cat", "rat", "hat"], "cat"),
    ] as [(String, [String], String)])
  func findsTheNearestName(_ written: String, _ known: [String], _ expected: String) {
    #expect(NearestName.find(written, among: known) == expected)
    #expect(NearestName.find(written, among: known.reversed()) == expected)
  }

  @Test(
    arguments: [
      ("x", ["y", "z"]), ("", ["a"]), ("split", ["split"]), ("model", ["table", "augment"]),
      ("abc", []),
    ] as [(String, [String])])
  func distantNamesAreNotSuggested(_ written: String, _ known: [String]) {
    #expect(NearestName.find(written, among: known) == nil)
  }

  @Test func veryLongNamesAreNotCompared() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(NearestName.find(long, among: [long + "b"]) == nil)
  }

  @Test func hintIsASuggestionOrEmpty() {
    #expect(NearestName.hint(for: "spilt", among: ["split"]) == "; did you mean 'split'?")
    #expect(NearestName.hint(for: "quite else", among: ["split"]).isEmpty)
  }
}
