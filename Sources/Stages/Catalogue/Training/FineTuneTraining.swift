internal import Neural
internal import PipelineDSL

/// The one or two training phases of `fine-tune`, each with its own checkpoint.
struct FineTuneTraining {
  /// A finished training phase.
  struct Stage {
    let history: [EpochRecord]
    let bestEpoch: Int
    /// The scores over the clean training images, after the first epoch and after the best one.
    let firstClean, bestClean: EpochRecord.Scores?
    /// All tensors of the network after the best epoch, including frozen ones.
    let tensors: [Tensor]
  }

  private let parameters: FineTune.Parameters
  private let network: Network
  private let data: FineTuneData
  private let context: StageContext
  private let seed: UInt64
  /// The training phases finished so far.
  private(set) var stages: [Stage] = []

  init(
    _ parameters: FineTune.Parameters, _ network: Network, _ data: FineTuneData,
    _ context: StageContext
  ) {
    (self.parameters, self.network) = (parameters, network)
    (self.data, self.context) = (data, context)
    var draws = context.draws(FineTune.name, sample: "", purpose: "weights and dropout")
    seed = draws.next()
  }

  /// The tensors after a training phase.
  func weights(after stage: Int) throws(StageError) -> [Tensor] { stages[stage].tensors }

  /// Trains everything from newly initialised weights.
  mutating func fromScratch() throws {
    try train(
      "training", network, Weights(network, seed: seed), data, frozen: [],
      rate: parameters.training.learningRate, epochs: parameters.training.epochs,
      of: parameters.training.epochs)
  }

  /// Trains the head on convolutions with given weights, then the last blocks with it.
  mutating func transfer(_ tensors: [Tensor]) throws {
    let start = try Weights(network, pretrained: tensors, seed: seed)
    let (cut, head) = (network.cut(open: parameters.trainedBlocks), network.cut(open: 0))
    let fineEpochs = parameters.trainedBlocks > 0 ? parameters.training.epochs : 0
    let total = parameters.headEpochs + fineEpochs
    let base: any TrainingData
    if cut > 0, cut < head { base = try front(0..<cut, start, of: data) } else { base = data }
    let between = try front((cut < head ? cut : 0)..<head, start, of: base)
    let headNetwork = try network.part(head...)
    try train(
      "head", headNetwork, try start.part(headNetwork), between,
      frozen: try start.part(try network.part(0..<head)).tensors,
      rate: parameters.training.learningRate, epochs: parameters.headEpochs, of: total)
    guard parameters.trainedBlocks > 0 else { return }
    let open = try network.part(cut...)
    let names = Set(open.table.entries.map(\.name))
    let frozen = try cut > 0 ? start.part(try network.part(0..<cut)).tensors : []
    let fine: any TrainingData =
      data.isFresh ? LaterEpochs(base, after: parameters.headEpochs) : base
    try train(
      "training", open,
      try Weights(open, tensors: stages[0].tensors.filter { names.contains($0.name) }), fine,
      frozen: frozen, rate: parameters.fineLearningRate, epochs: parameters.training.epochs,
      of: total)
  }

  /// The output of some frozen nodes as training data.
  private func front(
    _ range: Range<Int>, _ weights: Weights, of source: any TrainingData
  ) throws -> FrozenFront {
    let part = try network.part(range)
    let length = FrozenFront.rowLength(
      part, copies: source.copies, classes: data.classes.count)
    let kept = context.memo.file(
      try memoContent(range, weights), expected: RowFile.bytes(rows: data.looks, rowLength: length))
    let file = try RowFile(kept?.path, rowLength: length, limit: kept?.limit ?? 0)
    if file.rows > 0 {
      context.events.log("\(file.rows) outputs of node \(range.upperBound) are cached")
    }
    return try FrozenFront(
      source, front: part, weights: try weights.part(part), classes: data.classes.count,
      batch: parameters.training.batch, threads: context.threads, file: file)
  }

  /// A digest of everything that the activations after some nodes depend on: the images and their
  /// views, the weights of all nodes so far, and the libraries that compute them.
  private func memoContent(
    _ range: Range<Int>, _ weights: Weights
  ) throws(NeuralError) -> Digest {
    let inputs = ["images", "split", "views"].map { port in
      context.inputs[port]?.first?.digest.hex ?? "none"
    }
    let tensors = try weights.part(try network.part(0..<range.upperBound)).tensors
    let libraries = FineTune.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let words =
      ["fine-tune activations 1", parameters.backbone.rawValue, "\(range)", "\(network.input)"]
      + inputs + libraries
    let head = words.joined(separator: "\n") + "\n" + Digest.of(Safetensors.encode(tensors)).hex
    return Digest.of(Array(head.utf8))
  }

  /// Runs one training phase to its end, from its checkpoint if there is one.
  private mutating func train(
    _ state: String, _ part: Network, _ weights: Weights, _ data: any TrainingData,
    frozen: [Tensor], rate: Double, epochs: Int, of total: Int
  ) throws {
    let attempt = TrainingAttempt(
      context: context, state: state, earlier: stages.reduce(0) { $0 + $1.history.count },
      total: total)
    let trainer = try attempt.run(
      part, settings(rate: rate, epochs: epochs), from: weights, on: data)
    stages.append(
      Stage(
        history: trainer.history, bestEpoch: trainer.bestEpoch ?? 0,
        firstClean: trainer.firstClean, bestClean: trainer.bestClean,
        tensors: frozen + trainer.bestWeights.tensors))
  }

  /// The factor of each class's samples in the loss; empty if all are 1.
  var classWeights: [Float] {
    guard parameters.classWeights == .balanced else { return [] }
    let counts = data.trainingCounts
    let total = Double(counts.reduce(0, +))
    return counts.map { Float(total / Double(counts.count * $0)) }
  }

  private func settings(rate: Double, epochs: Int) -> Trainer.Settings {
    var settings = parameters.training
    settings.epochs = epochs
    settings.learningRate = rate
    settings.threads = context.threads
    settings.seed = seed
    settings.classWeights = classWeights
    return settings
  }
}
