/// What a sample is used for.
public enum Part: String, CaseIterable, Sendable {
  /// The model is trained on it.
  case train
  /// Used for choices such as the best epoch.
  case validation
  /// Used only for the final scores.
  case test
}
