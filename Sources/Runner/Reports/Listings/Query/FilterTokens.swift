/// The words, operators and parentheses of a filter.
struct FilterToken: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// A word, or text in quotes.
    case word(isQuoted: Bool)
    /// `=`, `!=`, `<`, `<=`, `>`, `>=` or `~`.
    case comparison(FilterComparison)
    case open, close
  }

  let kind: Kind
  let text: String
  /// Where it begins, in characters from 0.
  let place: Int

  /// The tokens of a filter.
  static func all(in text: String) throws(QueryError) -> [FilterToken] {
    let characters = Array(text)
    var tokens: [FilterToken] = []
    var at = 0
    while at < characters.count {
      let character = characters[at]
      if character.isWhitespace {
        at += 1
      } else if character == "(" || character == ")" {
        tokens.append(
          .init(kind: character == "(" ? .open : .close, text: "\(character)", place: at))
        at += 1
      } else if let found = FilterComparison.prefix(of: characters[at...]) {
        tokens.append(.init(kind: .comparison(found), text: found.rawValue, place: at))
        at += found.rawValue.count
      } else {
        tokens.append(try word(in: characters, from: &at, text))
      }
    }
    return tokens
  }

  /// A word up to a space, a parenthesis or an operator; quotes inside it keep what they enclose.
  private static func word(
    in characters: [Character], from at: inout Int, _ text: String
  ) throws(QueryError) -> FilterToken {
    let start = at
    var word = ""
    let isQuoted = characters[at] == "\"" || characters[at] == "'"
    while at < characters.count {
      let character = characters[at]
      if character == "\"" || character == "'" {
        guard let end = characters[(at + 1)...].firstIndex(of: character) else {
          throw QueryError("a quote is not closed", in: text, at: at)
        }
        word += String(characters[(at + 1)..<end])
        at = end + 1
      } else if character.isWhitespace || "()".contains(character)
        || FilterComparison.prefix(of: characters[at...]) != nil
      {
        break
      } else {
        word.append(character)
        at += 1
      }
    }
    return FilterToken(kind: .word(isQuoted: isQuoted), text: word, place: start)
  }
}

/// How a filter compares a field with a value.
enum FilterComparison: String, Sendable, Hashable, CaseIterable {
  // Longer ones first, since they are searched in this order.
  case notEqual = "!="
  case atMost = "<="
  case atLeast = ">="
  case equal = "="
  case below = "<"
  case above = ">"
  case matches = "~"

  /// The operator with which characters begin.
  static func prefix(of characters: ArraySlice<Character>) -> FilterComparison? {
    allCases.first { characters.starts(with: $0.rawValue) }
  }

  /// Whether it compares by order.
  var isOrder: Bool { [.below, .above, .atMost, .atLeast].contains(self) }

  /// Whether two values in an order satisfy it: -1, 0 or 1 as the first is below, equal or above.
  func holds(_ order: Int) -> Bool {
    switch self {
    case .equal, .matches: order == 0
    case .notEqual: order != 0
    case .below: order < 0
    case .above: order > 0
    case .atMost: order <= 0
    case .atLeast: order >= 0
    }
  }
}
