internal import PipelineDSL

/// A condition on runs and their cells, such as
/// `metric.test/macro-f1 > 0.9 and axis.backbone = vgg16`.
///
/// A condition that names a field which a cell does not have is neither true nor false, and neither is
/// its negation, so that `not metric.test/macro-f1 > 0.9` holds only for cells with that metric.
public struct Filter: Sendable {
  /// A condition and the conditions it consists of.
  indirect enum Condition: Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    case comparison(Comparison)
  }

  /// A comparison of a field with a value.
  struct Comparison: Sendable {
    let field: FilterField
    let comparison: FilterComparison
    let value: String
    /// Where the field begins in the text of the filter.
    let place: Int
  }

  /// The fields that a filter may compare; those that end in a dot need a name after it.
  public static let fields: [String] = FilterField.words

  /// The text of the filter.
  let text: String
  let condition: Condition

  /// Reads a filter.
  ///
  /// - Throws: `QueryError` with the place of the first problem.
  public init(_ text: String) throws(QueryError) {
    self.text = text
    var parser = FilterParser(text: text, tokens: try FilterToken.all(in: text))
    condition = try parser.whole()
  }

  /// The comparisons in it, in the order of the text.
  var comparisons: [Comparison] { Self.comparisons(in: condition) }

  private static func comparisons(in condition: Condition) -> [Comparison] {
    switch condition {
    case .all(let parts), .any(let parts): parts.flatMap(comparisons)
    case .not(let part): comparisons(in: part)
    case .comparison(let comparison): [comparison]
    }
  }

  /// Whether the condition holds for something with some values.
  func holds(_ value: (FilterField) -> FilterValue) -> Bool {
    Self.truth(of: condition, value) == true
  }

  /// Whether a condition holds; `nil` if that depends on a field that is absent.
  private static func truth(
    of condition: Condition, _ value: (FilterField) -> FilterValue
  ) -> Bool? {
    switch condition {
    case .all(let parts):
      let truths = parts.map { truth(of: $0, value) }
      return truths.contains(false) ? false : truths.contains(nil) ? nil : true
    case .any(let parts):
      let truths = parts.map { truth(of: $0, value) }
      return truths.contains(true) ? true : truths.contains(nil) ? nil : false
    case .not(let part): return truth(of: part, value).map(!)
    case .comparison(let comparison): return comparison.holds(value(comparison.field))
    }
  }
}

extension Filter.Comparison {
  /// Whether the comparison holds for a value; `nil` if it is absent.
  func holds(_ own: FilterValue) -> Bool? {
    switch own {
    case .absent: return nil
    case .number(let number):
      guard let value = Double(value), !number.isNaN else { return comparison == .notEqual }
      return comparison.holds(number < value ? -1 : number > value ? 1 : 0)
    case .text(let text): return holds(text)
    case .texts(let texts):
      // Several texts are equal to one that is among them.
      guard comparison == .notEqual else { return texts.contains(where: holds) }
      return texts.allSatisfy(holds)
    }
  }

  private func holds(_ text: String) -> Bool {
    if comparison == .matches { return Glob(value).matches(text) }
    if field == .started {
      // A date stands for its day, a time for its second: as many characters as were written.
      let (own, value) = (String(text.prefix(value.count)), value.replacing("T", with: " "))
      return comparison.holds(own < value ? -1 : own > value ? 1 : 0)
    }
    if let own = Double(text), let value = Double(value) {
      return comparison.holds(own < value ? -1 : own > value ? 1 : 0)
    }
    if text == value { return comparison.holds(0) }
    return comparison.holds(RunFacts.natural(text, value) ? -1 : 1)
  }
}
