/// An error in features, settings or the file of a classifier.
public struct ClassifierError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and where, in one sentence.
  public let reason: String

  /// What to do about it.
  public let hint: String?

  /// Creates an error.
  public init(_ reason: String, hint: String? = nil) {
    self.reason = reason
    self.hint = hint
  }

  /// The reason, followed by the hint if there is one.
  public var description: String { hint.map { "\(reason) (hint: \($0))" } ?? reason }
}
