import PipelineDSL
import Testing

@Suite struct JSONPrettyFormTests {
  @Test func isReadableAndRoundTrips() throws {
    let value: JSONValue = [
      "name": "é\n", "empty": [[], [:]], "flat": [1, 2.5, "x", true],
      "deep": [["a": 1], [1, 2]], "none": .null,
    ]
    let text = JSONPrettyForm.text(of: value)
    #expect(
      text == """
        {
          "name": "é\\u000a",
          "empty": [
            [],
            {}
          ],
          "flat": [1, 2.5, "x", true],
          "deep": [
            {
              "a": 1
            },
            [1, 2]
          ],
          "none": null
        }

        """)
    #expect(try JSONParser.parse(text) == value)
  }

  /// JSON allows them unescaped, and terminals interpret U+009B as the start of a command.
  @Test func controlCharactersOfTerminalsAreEscaped() throws {
    let value: JSONValue = ["\u{9B}2J": "a\u{7F}b\u{85}", "é": "\u{A0}"]
    let text = JSONPrettyForm.text(of: value)
    #expect(text.contains(#""\u009b2J": "a\u007fb\u0085""#))
    #expect(try JSONParser.parse(text) == value)
  }
}
