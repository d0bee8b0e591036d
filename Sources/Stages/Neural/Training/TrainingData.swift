/// Samples as input to a network.
public struct Batch: Sendable {
  /// Copies x samples x height x width x channels: all samples unmodified, then, for each further
  /// copy, another version of all of them.
  public let images: [Float]
  /// Samples x classes; each row sums to 1.
  public let targets: [Float]
  /// The number of copies of each sample: 1, or 3 for AugMix's consistency form.
  public let copies: Int

  /// Creates a batch.
  public init(images: [Float], targets: [Float], copies: Int = 1) {
    (self.images, self.targets, self.copies) = (images, targets, copies)
  }
}

/// The source of a trainer's samples, read one batch at a time so that none need be kept.
public protocol TrainingData {
  /// The number of validation samples.
  var validationCount: Int { get }
  /// The training samples in the order in which an epoch (from 0) uses them.
  func order(epoch: Int) -> [Int]
  /// Some training samples as an epoch uses them.
  func batch(_ samples: [Int], epoch: Int) throws -> Batch
  /// A number that identifies a training sample's version in an epoch: equal numbers mean equal
  /// rows in batches; `nil` if no other epoch has this version.
  func look(_ sample: Int, epoch: Int) -> Int?
  /// The number of copies of each sample in a batch.
  var copies: Int { get }
  /// Some of the validation samples 0..<validationCount.
  func validationBatch(_ samples: Range<Int>) throws -> Batch
  /// The number of training samples that are scored without augmentation.
  var cleanCount: Int { get }
  /// Some of the clean samples 0..<cleanCount, one copy of each.
  func cleanBatch(_ samples: Range<Int>) throws -> Batch
  /// A number below -validationCount that identifies a clean sample, as `look` does.
  func cleanLook(_ sample: Int) -> Int
}
