internal import PipelineDSL

/// Command-line arguments with placeholders `{inputs.NAME}` and `{outputs.NAME}`.
///
/// Other braces are literal, so that `awk '{print $1}'` needs no escape.
struct CommandWords: Sendable, Hashable {
  /// A placeholder.
  struct Placeholder: Sendable, Hashable {
    /// Whether it names an output.
    var isOutput: Bool
    /// The name of the input or output.
    var name: String

    /// The placeholder as written in an argument.
    var text: String { "{\(isOutput ? "outputs" : "inputs").\(name)}" }
  }

  /// A piece of an argument.
  private enum Piece: Sendable, Hashable {
    case text(String)
    case placeholder(Placeholder)
  }

  private let words: [[Piece]]

  /// Parses arguments as the user wrote them.
  init(_ words: [String]) { self.words = words.map(Self.pieces) }

  /// The placeholders in order, including repeated ones.
  var placeholders: [Placeholder] {
    words.flatMap { $0 }.compactMap { piece in
      if case .placeholder(let placeholder) = piece { placeholder } else { nil }
    }
  }

  /// The arguments with each placeholder replaced.
  func filled(
    _ value: (Placeholder) throws(StageError) -> String
  ) throws(StageError) -> [String] {
    var filled: [String] = []
    for word in words {
      var text = ""
      for piece in word {
        switch piece {
        case .text(let part): text += part
        case .placeholder(let placeholder): text += try value(placeholder)
        }
      }
      filled.append(text)
    }
    return filled
  }

  private static func pieces(of word: String) -> [Piece] {
    var pieces: [Piece] = []
    var plain = ""
    var rest = Substring(word)
    while let brace = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
      plain += rest[..<brace]
      rest = rest[brace...]
      if let (placeholder, after) = placeholder(at: rest) {
        if !plain.isEmpty { pieces.append(.text(plain)) }
        pieces.append(.placeholder(placeholder))
        (plain, rest) = ("", after)
      } else {
        plain += "{"
        rest = rest[rest.utf8.index(after: brace)...]
      }
    }
    plain += rest
    if !plain.isEmpty { pieces.append(.text(plain)) }
    return pieces
  }

  private static func placeholder(at text: Substring) -> (Placeholder, Substring)? {
    for (isOutput, opening) in [(false, "{inputs."), (true, "{outputs.")] {
      guard text.utf8.starts(with: opening.utf8),
        let end = text.utf8.firstIndex(of: UInt8(ascii: "}"))
      else { continue }
      let name = text[text.utf8.index(text.startIndex, offsetBy: opening.utf8.count)..<end]
      let rest = text[text.utf8.index(after: end)...]
      return (Placeholder(isOutput: isOutput, name: String(name)), rest)
    }
    return nil
  }
}
