/// Why a data set could not be made.
public struct SynthesisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, where, and how to hint it.
  public let description: String

  init(_ description: String) { self.description = description }
}
