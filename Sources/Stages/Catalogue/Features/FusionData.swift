internal import Neural
internal import PipelineDSL

/// The joined features of the training and validation samples, as training data.
struct FusionData: TrainingData {
  /// The labels of all samples of the split, sorted.
  let classes: [String]
  private let features: JoinedFeatures
  private let train: [Int]
  private let validation: [Int]
  private let clean: [Int]
  private let context: StageContext

  /// Creates the data of a stage.
  ///
  /// Throws if the training or validation part is empty, if all labels are the same, or if a class
  /// has no training sample.
  init(
    _ features: JoinedFeatures, _ split: SplitTable, _ context: StageContext
  ) throws(StageError) {
    (self.features, self.context) = (features, context)
    let samples = features.samples
    let parts = samples.map { split.parts[$0.id] }
    train = samples.indices.filter { parts[$0] == .train }
    validation = samples.indices.filter { parts[$0] == .validation }
    clean = CleanSample.choose(train, label: { samples[$0].label }) { index in
      var draws = context.draws(
        FuseFeatures.name, sample: samples[index].id, purpose: "clean sample")
      return draws.next()
    }
    classes = Set(zip(samples, parts).filter { $1 != nil }.map(\.0.label)).sorted()
    try LearnableLabels.check(
      samples, "sample", parts: [("training", train), ("validation", validation)],
      classes: classes)
  }

  var validationCount: Int { validation.count }
  var copies: Int { 1 }
  var cleanCount: Int { clean.count }

  func order(epoch: Int) -> [Int] {
    train.map { index in
      var draws = context.draws(
        FuseFeatures.name, sample: features.samples[index].id, purpose: "order \(epoch)")
      return (draws.next(), index)
    }
    .sorted { $0 < $1 }.map(\.1)
  }

  func look(_ sample: Int, epoch: Int) -> Int? { sample }
  func cleanLook(_ sample: Int) -> Int { -1 - validation.count - clean[sample] }
  func batch(_ samples: [Int], epoch: Int) throws -> Batch { try gather(samples) }
  func validationBatch(_ samples: Range<Int>) throws -> Batch {
    try gather(Array(validation[samples]))
  }
  func cleanBatch(_ samples: Range<Int>) throws -> Batch { try gather(Array(clean[samples])) }

  private func gather(_ indices: [Int]) throws(StageError) -> Batch {
    Batch(
      images: try features.rows(indices),
      targets: indices.flatMap { index -> [Float] in
        classes.map { $0 == features.samples[index].label ? 1 : 0 }
      })
  }
}
