/// Samples as a network takes them.
public struct Batch: Sendable {
  /// Samples x height x width x channels.
  public let images: [Float]
  /// Samples x classes; each row adds up to 1.
  public let targets: [Float]

  /// A batch.
  public init(images: [Float], targets: [Float]) {
    (self.images, self.targets) = (images, targets)
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
  /// Some of the 0..<validationCount samples.
  func validationBatch(_ samples: Range<Int>) throws -> Batch
}
