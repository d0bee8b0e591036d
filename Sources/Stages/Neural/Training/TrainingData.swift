/// Samples as a network takes them.
public struct Batch: Sendable {
  /// Copies x samples x height x width x channels: all samples as they are, then each of them in
  /// another guise, as often as there are copies.
  public let images: [Float]
  /// Samples x classes; each row adds up to 1.
  public let targets: [Float]
  /// How often each sample is there: 1, or 3 for AugMix.
  public let copies: Int

  /// A batch.
  public init(images: [Float], targets: [Float], copies: Int = 1) {
    (self.images, self.targets, self.copies) = (images, targets, copies)
  }
}

/// Where a trainer gets its samples; it asks for a batch at a time, so that none need be kept.
public protocol TrainingData {
  /// How many samples are validated on.
  var validationCount: Int { get }
  /// The training samples in the order in which an epoch (from 0) sees them.
  func order(epoch: Int) -> [Int]
  /// Some training samples as an epoch sees them.
  func batch(_ samples: [Int], epoch: Int) throws -> Batch
  /// What a training sample of an epoch looks like, as a number: equal numbers, equal rows of batches.
  func look(_ sample: Int, epoch: Int) -> Int
  /// How often each sample is in a batch.
  var copies: Int { get }
  /// Some of the 0..<validationCount samples.
  func validationBatch(_ samples: Range<Int>) throws -> Batch
}
