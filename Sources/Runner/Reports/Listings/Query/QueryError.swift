internal import PipelineDSL

/// A problem in what a listing was asked for: a filter, a column, an order.
public struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let reason: String
  /// The text that was asked for.
  public let text: String
  /// The place of the problem in the text, in characters from 0.
  public let place: Int

  init(_ reason: String, in text: String, at place: Int = 0) {
    (self.reason, self.text, self.place) = (reason, text, place)
  }

  /// An unknown name, with the nearest known one or, if they are few, all of them.
  init(
    unknown what: String, _ name: String, among known: [String], in text: String, at place: Int = 0
  ) {
    var hint = NearestName.hint(for: name, among: known)
    if hint.isEmpty, !known.isEmpty, known.count <= 12 {
      hint = "; there are " + known.joined(separator: ", ")
    }
    self.init("unknown \(what) '\(name)'\(hint)", in: text, at: place)
  }

  /// The reason, the text, and a caret at the place.
  public var description: String {
    let line = Display.line(text)
    return "\(reason)\n  \(line)\n  " + String(repeating: " ", count: min(place, line.count)) + "^"
  }
}
