internal import PipelineDSL
internal import Store

/// Reads the tokens of a filter: `or` binds weaker than `and`, and `and` weaker than `not`.
struct FilterParser {
  let text: String
  private let tokens: [FilterToken]
  private var at = 0
  private var depth = 0
  /// Conditions are nested no deeper, so that a long text cannot exhaust the stack.
  private static let deepest = 100

  init(text: String, tokens: [FilterToken]) { (self.text, self.tokens) = (text, tokens) }

  /// The condition of all tokens.
  mutating func whole() throws(QueryError) -> Filter.Condition {
    let condition = try any()
    guard let token = next else { return condition }
    if token.kind == .close { throw error("')' without '('", token) }
    throw error("expected 'and' or 'or', found '\(token.text)'", token)
  }

  private mutating func any() throws(QueryError) -> Filter.Condition {
    var parts = [try all()]
    while take(word: "or") { parts.append(try all()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func all() throws(QueryError) -> Filter.Condition {
    var parts = [try single()]
    while take(word: "and") { parts.append(try single()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func single() throws(QueryError) -> Filter.Condition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw QueryError(
        "more than \(Self.deepest) nested conditions", in: text, at: next?.place ?? 0)
    }
    if take(word: "not") { return .not(try single()) }
    guard let token = next else { throw atEnd("expected a condition") }
    guard token.kind == .open else { return .comparison(try comparison()) }
    at += 1
    let inner = try any()
    guard let end = next else { throw error("'(' is not closed", token) }
    guard end.kind == .close else { throw error("expected 'and', 'or' or ')'", end) }
    at += 1
    return inner
  }

  private mutating func comparison() throws(QueryError) -> Filter.Comparison {
    guard let name = next, case .word(let isQuoted) = name.kind, !isQuoted else {
      throw next.map { error("expected a field, found '\($0.text)'", $0) }
        ?? atEnd("expected a field")
    }
    guard let field = FilterField(name.text) else { throw unknown(name) }
    at += 1
    let symbols = FilterComparison.allCases.map(\.rawValue).joined(separator: " ")
    guard let sign = next else { throw atEnd("expected one of \(symbols)") }
    guard case .comparison(let comparison) = sign.kind else {
      throw error("expected one of \(symbols), found '\(sign.text)'", sign)
    }
    at += 1
    guard let value = next else { throw atEnd("expected a value") }
    guard case .word = value.kind else {
      throw error("expected a value, found '\(value.text)'", value)
    }
    at += 1
    try check(field, comparison, value, sign)
    return .init(field: field, comparison: comparison, value: value.text, place: name.place)
  }

  /// Refuses a comparison that cannot hold for any value of a field.
  private func check(
    _ field: FilterField, _ comparison: FilterComparison, _ value: FilterToken, _ sign: FilterToken
  ) throws(QueryError) {
    switch field {
    case .metric:
      if comparison == .matches { throw error("a metric is a number, and '~' compares text", sign) }
      guard Double(value.text) != nil else {
        throw error("expected a number, found '\(value.text)'", value)
      }
    case .status where comparison != .matches:
      let known = RunSummary.statuses
      guard known.contains(value.text) else {
        throw QueryError(
          unknown: "status", value.text, among: known, in: text, at: value.place)
      }
    case .started where comparison != .matches:
      guard value.text.count >= 4, value.text.allSatisfy({ $0.isNumber || "-:T ".contains($0) })
      else {
        throw error("expected a date such as 2026-11-21, found '\(value.text)'", value)
      }
    case .pipeline, .status, .tag, .host, .user:
      if comparison.isOrder { throw error("text has no order; use = != or ~", sign) }
    default: break
    }
  }

  // MARK: Tokens

  private var next: FilterToken? { at < tokens.count ? tokens[at] : nil }

  private mutating func take(word: String) -> Bool {
    guard let token = next, token.kind == .word(isQuoted: false), token.text == word else {
      return false
    }
    at += 1
    return true
  }

  private func error(_ reason: String, _ token: FilterToken) -> QueryError {
    QueryError(reason, in: text, at: token.place)
  }

  private func atEnd(_ reason: String) -> QueryError {
    QueryError("\(reason) after the end", in: text, at: text.count)
  }

  private func unknown(_ token: FilterToken) -> QueryError {
    if let prefix = FilterField.prefixes.first(where: { $0 == token.text }) {
      return error("'\(prefix)' needs a name, such as \(prefix)NAME", token)
    }
    // `metrics.x` is a misspelt prefix, not a long name.
    let parts = token.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let prefixes = FilterField.prefixes.map { String($0.dropLast()) }
    if parts.count == 2, let near = NearestName.find(String(parts[0]), among: prefixes) {
      return error("unknown field '\(token.text)'; did you mean '\(near).\(parts[1])'?", token)
    }
    return QueryError(
      unknown: "field", token.text, among: FilterField.words, in: text, at: token.place)
  }
}
