/// The results of one epoch of training.
public struct EpochRecord: Sendable, Hashable {
  /// The scores of a set of samples.
  public struct Scores: Sendable, Hashable {
    /// The mean loss that training minimises: with label smoothing, class weights and, in training,
    /// the consistency term.
    public let loss: Double
    /// The mean negative log-likelihood of the targets, without any of these.
    public let nll: Double
    /// The share of samples whose most likely class is the label (for mixed samples, the larger
    /// part).
    public let accuracy: Double
    /// The mean F1 over all classes.
    public let macroF1: Double
    /// The mean F1 over the classes that have samples.
    public let macroF1Present: Double

    /// Whether the macro-F1 is higher, or equal at a lower monitored number.
    public func isBetter(than other: Scores, _ monitor: Monitor) -> Bool {
      (macroF1, -monitor.value(self)) > (other.macroF1, -monitor.value(other))
    }
  }

  /// The epoch, from 0.
  public let epoch: Int
  /// The learning rate of its steps.
  public let learningRate: Double
  /// The scores over the epoch's batches, each before its step, with dropout and the epoch's view.
  public let train: Scores
  /// The scores over the validation samples after the epoch.
  public let validation: Scores
}

/// The validation number that decides on early stopping, the schedule `plateau` and ties.
public enum Monitor: String, Sendable, CaseIterable {
  /// The negative log-likelihood of the labels.
  case nll
  /// The loss that training minimises, with label smoothing and class weights.
  case loss

  /// The number of a set of scores.
  public func value(_ scores: EpochRecord.Scores) -> Double {
    switch self {
    case .nll: scores.nll
    case .loss: scores.loss
    }
  }
}
