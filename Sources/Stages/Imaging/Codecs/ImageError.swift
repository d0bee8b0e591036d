/// Why an image or an array could not be read, made or written.
public struct ImageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, for a person.
  public let reason: String

  /// A problem.
  public init(_ reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
