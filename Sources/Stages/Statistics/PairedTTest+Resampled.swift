extension PairedTTest {
  /// The corrected resampled t-test of differences over folds or random splits (Nadeau and Bengio
  /// 2003).
  ///
  /// Models of different splits share training samples, so their differences are correlated. The
  /// variance of the mean is therefore taken as (1/n + test/train) times the variance of the
  /// differences. `ratio` is the number of test samples divided by that of training samples.
  ///
  /// - Precondition: As for independent pairs; the ratio is positive.
  public static func resampled(
    _ differences: [Double], testToTrain ratio: Double, confidence: Double = 0.95
  ) -> PairedTTest {
    precondition(ratio > 0 && ratio.isFinite, "a ratio of \(ratio)")
    return PairedTTest(
      differences, confidence: confidence,
      varianceFactor: 1 / Double(max(1, differences.count)) + ratio)
  }
}
