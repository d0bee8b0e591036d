import PipelineDSL
import Testing

@testable import Stages

@Suite struct CommandWordTests {
  @Test(
    arguments: [
      ("a b", "a b"), (3, "3"), (0.5, "0.5"), (true, "true"),
    ] as [(JSONValue, String)])
  func scalarsAreWords(json: JSONValue, text: String) throws {
    #expect(try CommandWord(json: json).text == text)
    #expect(try CommandWord(json: json).json == .string(text))
  }

  @Test(arguments: [JSONValue.null, [1], ["a": 1]])
  func otherValuesAreRefused(json: JSONValue) {
    #expect(throws: ParameterError.self) { try CommandWord(json: json) }
  }
}
