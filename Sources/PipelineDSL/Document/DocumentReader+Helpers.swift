extension DocumentReader {
  /// The members of an object; otherwise reports a problem and returns `nil`.
  mutating func object(_ node: LocatedJSON, _ what: String) -> [LocatedJSON.Member]? {
    guard let members = node.members else {
      diagnostics.report(
        .wrongType, "expected an object: \(what), found \(node.value.kindName)", at: node)
      return nil
    }
    return members
  }

  /// The elements of an array; otherwise reports a problem and returns `nil`.
  mutating func array(_ node: LocatedJSON, _ what: String) -> [LocatedJSON]? {
    guard let elements = node.elements else {
      diagnostics.report(
        .wrongType, "expected an array: \(what), found \(node.value.kindName)", at: node)
      return nil
    }
    return elements
  }

  /// Reports members with unknown names.
  mutating func checkNames(of node: LocatedJSON, among known: [String], what: String) {
    for member in node.members ?? [] where !known.contains(member.name) {
      diagnostics.report(
        .unknownMember, "\(what) has no '\(member.name)'; it has \(known.joined(separator: ", "))",
        at: member.position, pointer: member.value.pointer, written: member.name, known: known)
    }
  }

  /// The string under a name; if it is missing or not a string, reports that and returns "".
  mutating func requiredText(_ name: String, of node: LocatedJSON, what: String) -> String {
    guard let value = node[name] else {
      diagnostics.report(.missingMember, "'\(name)' of this \(what) is missing", at: node)
      return ""
    }
    if value.text == "" {
      diagnostics.report(.badName, "'\(name)' of this \(what) must not be empty", at: value)
    }
    return optionalText(name, of: node)
  }

  /// The string under a name, "" if the name is absent; reports a value that is not a string.
  mutating func optionalText(_ name: String, of node: LocatedJSON) -> String {
    guard let value = node[name] else { return "" }
    guard let text = value.text else {
      diagnostics.report(.wrongType, "expected a string, found \(value.value.kindName)", at: value)
      return ""
    }
    return text
  }

  /// Reports references in a value in which they are not resolved.
  mutating func checkPlain(_ node: LocatedJSON, _ what: String) {
    var hasReference = false
    node.forEachString { text, _ in hasReference = hasReference || text.contains("${") }
    if hasReference {
      diagnostics.report(.badReference, "\(what) cannot refer to another value", at: node)
    }
  }

  /// Checks a name that can be referred to: only letters, digits, `-` and `_`, so that
  /// `stage.port`, `${name}` and `stage@axis=value` can be parsed.
  mutating func checkName(of member: LocatedJSON.Member) {
    let fits =
      !member.name.isEmpty
      && member.name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains($0))
      }
    if !fits {
      diagnostics.report(
        .badName, "the name '\(member.name)' may contain only ASCII letters, digits, '-' and '_'",
        at: member.position, pointer: member.value.pointer)
    }
  }

  /// Checks text that becomes part of the name of a pipeline or cell.
  mutating func checkWord(_ word: String, at node: LocatedJSON) {
    if let problem = Self.problem(ofWord: word) { diagnostics.report(.badName, problem, at: node) }
  }

  /// What is wrong with text that becomes part of the name of a pipeline or cell.
  static func problem(ofWord word: String) -> String? {
    let fits =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy {
        !"@=,".unicodeScalars.contains($0) && $0.properties.generalCategory != .control
      }
    return fits
      ? nil
      : "'\(word)' is part of cell names and must not be empty or contain '@', '=', ',' or "
        + "control characters"
  }
}
