import PipelineDSL
import Testing

@testable import assay

/// The examples of verbs, which are also the examples of manual pages.
struct VerbTests {
  @Test("every example is a command line that its verb takes")
  func examplesParse() throws {
    for verb in Verb.all {
      #expect(!verb.examples.isEmpty, "\(verb.name)")
      for example in verb.examples {
        #expect(example.about.hasSuffix(".") || example.about.hasSuffix("?"), "\(example.about)")
        var words = Self.words(of: example.command)
        if let start = words.firstIndex(of: "assay") { words.removeFirst(start) }
        #expect(words.prefix(2) == ["assay", verb.name], "\(example.command)")
        let arguments = try Arguments(words.dropFirst(2), options: verb.options)
        // Every word has a place in the usage.
        for place in arguments.words.indices {
          let known = UsageSlots(verb).placeholders(after: Array(arguments.words[..<place]))
          #expect(!known.isEmpty, "\(example.command): \(arguments.words[place])")
        }
      }
    }
  }

  /// The words of a command line up to a pipe or a redirection, without its quotes.
  private static func words(of command: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in command + " " {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, " ()".contains(character) {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    // `source <(assay ...)` feeds a command to the shell.
    if words.first == "source" { words.removeFirst(2) }
    return Array(words.prefix { $0 != "|" && $0 != ">" })
  }

  @Test("filters in examples are valid")
  func examplesOfFiltersAreValid() throws {
    for verb in Verb.all {
      for example in verb.examples {
        let words = Self.words(of: example.command).drop { $0 != verb.name }.dropFirst()
        _ = try Arguments(words, options: verb.options).filter()
      }
    }
  }
}
