/// Training data whose first epoch is a later one of other data.
///
/// A second training phase continues where the first ends, with versions of the samples that the
/// first has not used.
public struct LaterEpochs: TrainingData {
  private let source: any TrainingData
  private let skipped: Int

  /// Creates the data of `source` without its first `skipped` epochs.
  public init(_ source: any TrainingData, after skipped: Int) {
    (self.source, self.skipped) = (source, skipped)
  }

  /// The same as the source's.
  public var validationCount: Int { source.validationCount }
  /// The same as the source's.
  public var copies: Int { source.copies }
  /// The order of the source's later epoch.
  public func order(epoch: Int) -> [Int] { source.order(epoch: epoch + skipped) }
  /// The number of the source's later epoch.
  public func look(_ sample: Int, epoch: Int) -> Int? {
    source.look(sample, epoch: epoch + skipped)
  }
  /// The batch of the source's later epoch.
  public func batch(_ samples: [Int], epoch: Int) throws -> Batch {
    try source.batch(samples, epoch: epoch + skipped)
  }
  /// The same as the source's.
  public func validationBatch(_ samples: Range<Int>) throws -> Batch {
    try source.validationBatch(samples)
  }
  /// The same as the source's.
  public var cleanCount: Int { source.cleanCount }
  /// The same as the source's.
  public func cleanBatch(_ samples: Range<Int>) throws -> Batch { try source.cleanBatch(samples) }
  /// The same as the source's.
  public func cleanLook(_ sample: Int) -> Int { source.cleanLook(sample) }
}
