/// The reason why an image or an array could not be read, created or written.
public struct ImageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as text for the user.
  public let reason: String

  /// An error with a reason.
  public init(_ reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
