/// The reason why a data set could not be created.
public struct SynthesisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and how to fix it.
  public let description: String

  init(_ description: String) { self.description = description }
}
