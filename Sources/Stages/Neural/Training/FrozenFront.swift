/// Training data after a network's frozen front, whose output for each version of a sample is
/// computed once and kept in a file, unless only one epoch has that version.
///
/// The front runs in evaluation mode, folded, so that a row depends neither on its place in a batch
/// nor on whether it was cached.
public final class FrozenFront: TrainingData {
  private let source: any TrainingData
  private let network: Network
  private let prepared: PreparedWeights
  private let workspace: InferenceWorkspace
  /// Rows by the number from `look` or `cleanLook`; validation samples have -1 and below.
  private let file: RowFile
  private let classes: Int

  /// Creates the data of `source` after `front`.
  ///
  /// A pass takes at most `batch` samples, each in as many copies as the source has. Rows are kept
  /// in `file`, which has `rowLength`; rows for which it has no room are recomputed each time.
  public init(
    _ source: any TrainingData, front: Network, weights: Weights, classes: Int, batch: Int,
    threads: Int, file: RowFile
  ) throws(NeuralError) {
    (self.source, self.classes, self.file) = (source, classes, file)
    let folded = try front.folded(weights)
    network = folded.network
    prepared = PreparedWeights(folded, threads: threads)
    workspace = InferenceWorkspace(network, capacity: batch * source.copies, threads: threads)
  }

  /// The number of values per row: the output for each copy of a sample, and its targets.
  public static func rowLength(_ front: Network, copies: Int, classes: Int) -> Int {
    copies * front.outputCount + classes
  }

  /// The same as the source's.
  public var validationCount: Int { source.validationCount }
  /// The same as the source's.
  public var copies: Int { source.copies }
  /// The same as the source's.
  public func order(epoch: Int) -> [Int] { source.order(epoch: epoch) }
  /// The same as the source's.
  public func look(_ sample: Int, epoch: Int) -> Int? { source.look(sample, epoch: epoch) }

  /// The output of the front for the source's batch.
  public func batch(_ samples: [Int], epoch: Int) throws -> Batch {
    try rows(
      looks: samples.map { source.look($0, epoch: epoch) }, copies: source.copies,
      compute: { missing in try self.source.batch(missing.map { samples[$0] }, epoch: epoch) })
  }

  /// The output of the front for the source's batch.
  public func validationBatch(_ samples: Range<Int>) throws -> Batch {
    try rows(samples, look: { -1 - $0 }, source.validationBatch)
  }

  /// The same as the source's.
  public var cleanCount: Int { source.cleanCount }
  /// The same as the source's.
  public func cleanLook(_ sample: Int) -> Int { source.cleanLook(sample) }

  /// The output of the front for the source's batch.
  public func cleanBatch(_ samples: Range<Int>) throws -> Batch {
    try rows(samples, look: source.cleanLook, source.cleanBatch)
  }

  /// The rows of samples without augmentation.
  private func rows(
    _ samples: Range<Int>, look: (Int) -> Int, _ batch: (Range<Int>) throws -> Batch
  ) throws -> Batch {
    try rows(
      looks: samples.map(look), copies: 1,
      compute: { missing in
        // Nearly always all rows are missing; a source takes only ranges.
        let start = samples.lowerBound
        guard missing.count < samples.count else { return try batch(samples) }
        let parts = try missing.map { try batch(start + $0..<start + $0 + 1) }
        return Batch(images: parts.flatMap(\.images), targets: parts.flatMap(\.targets))
      })
  }

  /// The rows numbered `looks`, from the file or computed; those without a number are not kept.
  ///
  /// `compute` returns the source's batch for the positions that are missing.
  private func rows(
    looks: [Int?], copies: Int, compute: ([Int]) throws -> Batch
  ) throws -> Batch {
    let size = network.outputCount
    var images = [Float](repeating: 0, count: looks.count * copies * size)
    var targets = [Float](repeating: 0, count: looks.count * classes)
    func place(_ row: [Float], at position: Int) {
      for copy in 0..<copies {
        let start = (copy * looks.count + position) * size
        images.replaceSubrange(start..<start + size, with: row[copy * size..<(copy + 1) * size])
      }
      targets.replaceSubrange(
        position * classes..<(position + 1) * classes,
        with: row[copies * size..<copies * size + classes])
    }
    var missing: [Int] = []
    for (position, look) in looks.enumerated() {
      if let row = look.flatMap(file.row) {
        place(row, at: position)
      } else {
        missing.append(position)
      }
    }
    guard !missing.isEmpty else { return Batch(images: images, targets: targets, copies: copies) }
    let batch = try compute(missing)
    let given = network.input.count
    let outputs = workspace.outputs(
      .numbers(batch.images), 0..<batch.images.count / given, prepared)
    for (index, position) in missing.enumerated() {
      var row: [Float] = []
      for copy in 0..<copies {
        let start = (copy * missing.count + index) * size
        row += outputs[start..<start + size]
      }
      row += batch.targets[index * classes..<(index + 1) * classes]
      place(row, at: position)
      if let look = looks[position] { file.keep(row, as: look) }
    }
    return Batch(images: images, targets: targets, copies: copies)
  }
}

extension Network {
  /// The number of output values per sample.
  fileprivate var outputCount: Int { shapes.last?.count ?? 0 }
}
