/// An error in a network, its weights or a checkpoint, described in one sentence.
public struct NeuralError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The description, which names the layer or tensor.
  public let reason: String

  /// Creates an error with a description.
  public init(_ reason: String) { self.reason = reason }

  /// The same as `reason`.
  public var description: String { reason }
}
