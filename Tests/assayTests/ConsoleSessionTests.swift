import Testing

/// The reader of console blocks, and its comparison.
@Suite struct ConsoleSessionTests {
  private let session = ConsoleSession(
    page: """
      Text
      ```console
      $ echo one
      one
      $ cat <<'END'   # exit code 3
      > two
      > END
      two
      ```
      ```sh
      $ echo not read
      ```
      """)

  @Test func blocksAreCommandsWithOutput() {
    #expect(session.steps.map(\.command) == ["echo one", "cat <<'END'   # exit code 3\ntwo\nEND"])
    #expect(session.steps.map(\.output) == [["one"], ["two"]])
    #expect(session.steps.map(\.line) == [3, 5] && session.steps.map(\.exit) == [0, 3])
  }

  @Test func endingsAreReadByMark() {
    let endings = ConsoleSession.endings(
      of: "\n#M 0\none\n\n#M exit 0\n\n#M 1\n\n#M exit 3\n", mark: "#M")
    #expect(endings[0]?.output == ["one"] && endings[0]?.exit == 0)
    #expect(endings[1]?.output == [] && endings[1]?.exit == 3)
  }

  @Test(
    arguments: [
      (["a", "b"], ["a", "b"], nil), (["a"], ["a", "b"], "(end)"), (["a", "b"], ["a"], "b"),
      (["..."], ["a", "b"], nil), (["...", "b"], ["a", "b"], nil),
      (["...", "c"], ["a", "b"], "c"),
      (["a", "...", "d"], ["a", "b", "c", "d"], nil), (["a...c"], ["abc"], nil),
      (["a...c"], ["abd"], "a...c"), (["x ... y ... z"], ["x 1 y 2 z"], nil),
      (["ab...bc"], ["abc"], "ab...bc"),
      (
        ["run 20260101-000000-aaaaaa done in 1.2 s"],
        ["run 20271231-235959-0b1c2d done in 1 min 3 s"], nil
      ),
      (["m (first run; 2 threads)"], ["m (first run; 1 thread)"], nil),
      (["accuracy 0.5"], ["accuracy 0.6"], "accuracy 0.5"), ([""], [], nil),
    ] as [([String], [String], String?)])
  func outputIsComparedWithoutTimes(_ expected: [String], _ actual: [String], _ lacks: String?) {
    #expect(ConsoleSession.mismatch(expected: expected, actual: actual) == lacks)
  }
}
