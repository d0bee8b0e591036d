import PipelineDSL
import Testing

@Suite struct ShellWordsTests {
  @Test func wordsAreQuotedOnlyIfNecessary() {
    #expect(
      ShellWords.joined(["assay", "run", "a b.json", "model@seed=1", "it's", ""])
        == "assay run 'a b.json' model@seed=1 'it'\\''s' ''")
  }

  @Test(arguments: [["assay", "run"], ["a b", "'", "''x", ""], ["--set", "name=<b> $(x) \\ \n"]])
  func splitReadsWhatJoinedWrote(_ words: [String]) {
    #expect(ShellWords.split(ShellWords.joined(words)) == words)
  }

  @Test func spacesBetweenWordsDoNotCount() {
    #expect(ShellWords.split("  a   b ") == ["a", "b"])
    #expect(ShellWords.split("") == [])
    #expect(ShellWords.split("'open a") == ["open a"])
  }
}
