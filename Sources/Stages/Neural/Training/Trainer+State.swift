extension Trainer {
  private static let magic: UInt64 = 0x3354_5354_4E52_5354  // "TSRNTST3", little-endian

  /// Everything that changes from epoch to epoch, as bytes: weights, Adam's moments, the schedule,
  /// the history and the best weights.
  public var state: [UInt8] {
    let numbers = 4 * weights.parameters.count + 2 * weights.statistics.count
    var writer = ByteWriter(capacity: 4 * numbers + 96 * history.count + 224)
    writer.put(Self.magic)
    writer.put(weights.parameters)
    writer.put(weights.statistics)
    writer.put(adam.mean)
    writer.put(adam.square)
    writer.put(UInt64(adam.steps))
    for number in [schedule.rate, schedule.best] { writer.put(number.bitPattern) }
    writer.put(UInt64(schedule.badEpochs))
    writer.put(UInt64(history.count))
    for record in history {
      writer.put(record.learningRate.bitPattern)
      for scores in [record.train, record.validation] { Self.put(scores, &writer) }
    }
    if let firstClean { Self.put(firstClean, &writer) }
    writer.put(UInt64(best.map { $0.epoch + 1 } ?? 0))
    if let best {
      writer.put(best.weights.parameters)
      writer.put(best.weights.statistics)
    }
    return writer.bytes
  }

  /// Creates a trainer that continues from a `state`, with the same bits.
  ///
  /// Throws if the bytes are not a training state, or belong to another network.
  public init(_ network: Network, _ settings: Settings, state: [UInt8]) throws(NeuralError) {
    // All of it is replaced below.
    self.init(network, settings, from: Weights(zeros: network.table))
    var reader = ByteReader(state)
    guard try reader.word() == Self.magic else {
      throw NeuralError("not a training state")
    }
    try Self.read(&weights, &reader)
    adam.mean = try reader.floats(adam.mean.count)
    adam.square = try reader.floats(adam.square.count)
    adam.steps = try reader.count()
    schedule.rate = Double(bitPattern: try reader.word())
    schedule.best = Double(bitPattern: try reader.word())
    schedule.badEpochs = try reader.count()
    let epochs = try reader.count()
    for epoch in 0..<epochs {
      let rate = Double(bitPattern: try reader.word())
      let train = try Self.scores(&reader)
      history.append(
        EpochRecord(
          epoch: epoch, learningRate: rate, train: train, validation: try Self.scores(&reader)))
    }
    if epochs > 0 { firstClean = try Self.scores(&reader) }
    let bestEpoch = try reader.count() - 1
    if bestEpoch >= 0 {
      guard bestEpoch < epochs else { throw NeuralError("the training state is damaged") }
      var bestWeights = weights
      try Self.read(&bestWeights, &reader)
      best = Best(epoch: bestEpoch, weights: bestWeights)
    }
    guard reader.isAtEnd else { throw NeuralError("the training state is too long") }
  }

  private static func read(
    _ weights: inout Weights, _ reader: inout ByteReader
  ) throws(NeuralError) {
    weights.parameters = try reader.floats(weights.parameters.count)
    weights.statistics = try reader.floats(weights.statistics.count)
  }

  private static func put(_ scores: EpochRecord.Scores, _ writer: inout ByteWriter) {
    for number in [
      scores.loss, scores.nll, scores.accuracy, scores.macroF1, scores.macroF1Present,
    ] {
      writer.put(number.bitPattern)
    }
  }

  private static func scores(
    _ reader: inout ByteReader
  ) throws(NeuralError) -> EpochRecord.Scores {
    let loss = Double(bitPattern: try reader.word())
    let nll = Double(bitPattern: try reader.word())
    let accuracy = Double(bitPattern: try reader.word())
    let macroF1 = Double(bitPattern: try reader.word())
    return EpochRecord.Scores(
      loss: loss, nll: nll, accuracy: accuracy, macroF1: macroF1,
      macroF1Present: Double(bitPattern: try reader.word()))
  }
}
