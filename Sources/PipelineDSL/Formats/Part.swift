/// What a sample is used for.
///
/// The order of the cases is that of files and reports: the part for the final scores comes last.
public enum Part: String, CaseIterable, Sendable {
  /// The model is trained on it.
  case train
  /// Used for choices such as the best epoch, and to calibrate probabilities.
  case validation
  /// Used only to find the thresholds of prediction sets; empty unless a split asks for it.
  case calibration
  /// Used only for the final scores.
  case test

  /// The names as messages list them.
  public static let listing = "train, validation, calibration or test"
}
