/// The results of one epoch of training.
public struct EpochRecord: Sendable, Hashable {
  /// The scores of a set of samples.
  public struct Scores: Sendable, Hashable {
    /// The mean loss, with label smoothing.
    public let loss: Double
    /// The share of samples whose most likely class is the label (for mixed samples, the larger
    /// part).
    public let accuracy: Double
    /// The mean F1 over all classes.
    public let macroF1: Double
    /// The mean F1 over the classes that have samples.
    public let macroF1Present: Double
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
