import Testing

@testable import Neural

/// Images of one of three colours with noise, 16 x 16.
struct Colours: TrainingData {
  let validationCount = 24
  let copies = 1
  var count = 60
  var cleanCount = 0

  func order(epoch: Int) -> [Int] { (0..<count).map { ($0 * 7 + epoch * 11) % count } }

  func batch(_ samples: [Int], epoch: Int) -> Batch { make(samples.map { ($0, epoch) }) }

  func look(_ sample: Int, epoch: Int) -> Int? { sample * 100 + epoch }

  func validationBatch(_ samples: Range<Int>) -> Batch { make(samples.map { (1000 + $0, 0) }) }

  func cleanBatch(_ samples: Range<Int>) -> Batch { make(samples.map { ($0, 0) }) }

  private func make(_ samples: [(Int, Int)]) -> Batch {
    var (images, targets): ([Float], [Float]) = ([], [])
    for (sample, view) in samples {
      let label = sample % 3
      for (index, noise) in formula(768, salt: sample * 31 + view).enumerated() {
        images.append(noise + (index % 3 == label ? 0.6 : 0.4))
      }
      targets += (0..<3).map { $0 == label ? 1 : 0 }
    }
    return Batch(images: images, targets: targets)
  }
}

private struct Killed: Error {}

@Suite struct TrainerTests {
  private let network: Network

  init() throws {
    network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3, dropout: 0.3))
  }

  private func settings(threads: Int = 2) -> Trainer.Settings {
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch, settings.seed, settings.threads) = (5, 16, 11, threads)
    settings.learningRate = 3e-3
    return settings
  }

  private func trained(threads: Int) throws -> Trainer {
    var trainer = Trainer(network, settings(threads: threads))
    try trainer.run(Colours(cleanCount: 30)) { _ in }
    return trainer
  }

  @Test func learnsAndKeepsTheBestEpoch() throws {
    let trainer = try trained(threads: 2)
    #expect(trainer.history.map(\.epoch) == Array(0..<5) && trainer.isFinished)
    let last = try #require(trainer.history.last)
    #expect(last.train.accuracy > 0.9 && last.validation.macroF1 > 0.9)
    let best = try #require(trainer.bestEpoch)
    let scores = trainer.history.map(\.validation)
    #expect(scores.allSatisfy { $0.macroF1 <= scores[best].macroF1 })
    #expect(scores[..<best].allSatisfy { $0.macroF1 < 1 || $0.nll >= scores[best].nll })
  }

  @Test func threadsDoNotChangeBits() throws {
    let one = try trained(threads: 1)
    for threads in [2, 3] {
      let other = try trained(threads: threads)
      #expect(one.state == other.state)
      #expect(one.history == other.history && one.history.count == 5)
    }
  }

  @Test func seedsChangeBits() throws {
    var settings = settings()
    settings.seed = 12
    #expect(Trainer(network, settings).state != Trainer(network, self.settings()).state)
  }

  @Test func resumingAfterTwoKillsGivesTheSameBits() throws {
    let whole = try trained(threads: 2)
    var state = Trainer(network, settings()).state
    for epochsBeforeDeath in [1, 2] {
      var trainer = try Trainer(network, settings(), state: state)
      var left = epochsBeforeDeath
      #expect(throws: Killed.self) {
        try trainer.run(Colours(cleanCount: 30)) { now in
          // The state of the epoch in which the program is killed is lost.
          if left == 0 { throw Killed() }
          left -= 1
          state = now.state
        }
      }
    }
    var trainer = try Trainer(network, settings(threads: 3), state: state)
    #expect(trainer.history.count == 3)
    try trainer.run(Colours(cleanCount: 30)) { _ in }
    #expect(trainer.state == whole.state && trainer.history == whole.history)
    #expect(trainer.firstClean == whole.firstClean && trainer.firstClean != nil)
    #expect(trainer.bestClean == whole.bestClean && trainer.bestClean != nil)
    // A finished training scores its clean samples again.
    var finished = try Trainer(network, settings(), state: whole.state)
    try finished.run(Colours(cleanCount: 30)) { _ in }
    #expect(finished.bestClean == whole.bestClean)
  }

  /// Clean samples are scored without dropout and augmentation, after the first and the best epoch.
  @Test func cleanSamplesAreScoredInEvaluationMode() throws {
    var settings = settings()
    (settings.epochs, settings.labelSmoothing) = (1, 0)
    let data = Colours(cleanCount: 40)
    var trainer = Trainer(network, settings)
    try trainer.run(data) { _ in }
    let clean = try #require(trainer.firstClean)
    #expect(trainer.bestClean == clean && clean != trainer.history[0].train)
    let batch = data.cleanBatch(0..<40)
    var weights = trainer.bestWeights
    let logits = Workspace(network, capacity: 40, threads: 1).forward(
      &weights, batch.images, count: 40, mode: .evaluation)
    let loss = CrossEntropy.loss(logits, batch.targets, classes: 3, smoothing: 0) / 40
    #expect(abs(clean.nll - loss) < 1e-5 && abs(clean.loss - loss) < 1e-5)
    // Data without clean samples is scored as zero samples.
    var without = Trainer(network, settings)
    try without.run(Colours()) { _ in }
    #expect(without.bestClean?.macroF1 == 0 && without.history == trainer.history)
  }

  @Test func likelihoodIsTheLossWithoutSmoothingAndWeights() throws {
    func history(_ change: (inout Trainer.Settings) -> Void) throws -> [EpochRecord] {
      var settings = settings()
      settings.epochs = 1
      change(&settings)
      var trainer = Trainer(network, settings)
      try trainer.run(Colours()) { _ in }
      return trainer.history
    }
    let plain = try history { $0.labelSmoothing = 0 }[0]
    #expect(plain.train.nll == plain.train.loss && plain.validation.nll == plain.validation.loss)
    let changed = try history { ($0.labelSmoothing, $0.classWeights) = (0.3, [1, 2, 3]) }[0]
    #expect(changed.validation.nll != changed.validation.loss)
    // The first epoch's first batch is the same, and so is the likelihood before any step.
    let (one, other) = (
      try history { ($0.labelSmoothing, $0.batch) = (0, 60) }[0],
      try history { ($0.labelSmoothing, $0.classWeights, $0.batch) = (0.3, [1, 2, 3], 60) }[0]
    )
    #expect(one.train.nll == other.train.nll && one.train.loss != other.train.loss)
  }

  @Test(arguments: Monitor.allCases) func monitoredNumberDrives(monitor: Monitor) throws {
    var settings = settings()
    (settings.monitor, settings.labelSmoothing) = (monitor, 0.3)
    var trainer = Trainer(network, settings)
    try trainer.run(Colours()) { _ in }
    let numbers = trainer.history.map {
      monitor == .nll ? $0.validation.nll : $0.validation.loss
    }
    #expect(numbers.contains(trainer.schedule.best))
    #expect(trainer.history.map { monitor.value($0.validation) } == numbers)
  }

  @Test(arguments: Monitor.allCases)
  func stopsEarlyWithoutImprovement(monitor: Monitor) throws {
    var settings = settings()
    settings.monitor = monitor
    (settings.epochs, settings.patience, settings.plateauPatience) = (200, 3, 0)
    // Without steps the loss changes only with batch norm's running statistics, then stays
    // constant.
    settings.learningRate = 1e-300
    settings.weightDecay = 0
    var trainer = Trainer(network, settings)
    try trainer.run(Colours()) { _ in }
    #expect(trainer.history.count < 200)
    let lowest = trainer.history.indices.min {
      monitor.value(trainer.history[$0].validation) < monitor.value(trainer.history[$1].validation)
    }
    #expect(trainer.history.count == (lowest ?? -1) + 4)
  }

  @Test func damagedStatesAreRefused() throws {
    let state = Trainer(network, settings()).state
    let other = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 4, dropout: 0.3))
    for length in [0, 7, 8, 100, state.count - 1] {
      #expect(throws: NeuralError.self) {
        try Trainer(network, settings(), state: Array(state[..<length]))
      }
    }
    #expect(throws: NeuralError.self) { try Trainer(network, settings(), state: state + [0]) }
    #expect(throws: NeuralError.self) { try Trainer(other, settings(), state: state) }
  }

  @Test func nonFiniteLossesThrow() throws {
    var settings = settings()
    settings.learningRate = 1e30
    var trainer = Trainer(network, settings)
    #expect(throws: NeuralError.self) { try trainer.run(Colours()) { _ in } }
  }
}
