/// What a sample is used for.
public enum Part: String, CaseIterable, Sendable {
  /// Weights are fitted to it.
  case train
  /// Choices such as the best epoch are made on it.
  case validation
  /// Only the final scores see it.
  case test
}
