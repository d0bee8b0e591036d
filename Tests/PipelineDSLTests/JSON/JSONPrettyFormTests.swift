import PipelineDSL
import Testing

@Suite struct JSONPrettyFormTests {
  @Test func isReadableAndReadsBack() throws {
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
}
