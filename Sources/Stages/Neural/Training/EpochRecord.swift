/// What one epoch of training came to.
public struct EpochRecord: Sendable, Hashable {
  /// How well a set of samples fared.
  public struct Scores: Sendable, Hashable {
    /// The mean loss, with label smoothing.
    public let loss: Double
    /// The share of samples whose likeliest class is the label (of mixed samples: the larger part).
    public let accuracy: Double
    /// The mean F1 over the classes that occur.
    public let macroF1: Double
  }

  /// From 0.
  public let epoch: Int
  /// The learning rate of its steps.
  public let learningRate: Double
  /// Over the epoch's batches, each before its step, with dropout and the epoch's view.
  public let train: Scores
  /// Over the validation samples after the epoch.
  public let validation: Scores
}
