import PipelineDSL
import Testing

@testable import Stages

@Suite struct CommandWordsTests {
  @Test func replacesOnlyPlaceholders() throws {
    let words = CommandWords(["{print $1}", "--in={inputs.model}/x", "{outputs.a}{outputs.b}", ""])
    #expect(words.placeholders.map(\.text) == ["{inputs.model}", "{outputs.a}", "{outputs.b}"])
    let filled = try words.filled { (placeholder) throws(StageError) in
      "<\(placeholder.isOutput ? "o" : "i"):\(placeholder.name)>"
    }
    #expect(filled == ["{print $1}", "--in=<i:model>/x", "<o:a><o:b>", ""])
  }

  @Test func unclosedPlaceholdersAreLiteral() {
    #expect(CommandWords(["{inputs.x", "{input.x}", "inputs.x}"]).placeholders.isEmpty)
  }
}
