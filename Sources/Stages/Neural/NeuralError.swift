/// What is wrong with a network, with weights or with a checkpoint, as one sentence.
public struct NeuralError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sentence, naming the layer or tensor.
  public let reason: String

  /// A problem.
  public init(_ reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
