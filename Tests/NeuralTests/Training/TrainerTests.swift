import Testing

@testable import Neural

/// Images of one of three colours with noise, 16 x 16.
struct Colours: TrainingData {
  let validationCount = 24
  let copies = 1
  var count = 60

  func order(epoch: Int) -> [Int] { (0..<count).map { ($0 * 7 + epoch * 11) % count } }

  func batch(_ samples: [Int], epoch: Int) -> Batch { make(samples.map { ($0, epoch) }) }

  func look(_ sample: Int, epoch: Int) -> Int? { sample * 100 + epoch }

  func validationBatch(_ samples: Range<Int>) -> Batch { make(samples.map { (1000 + $0, 0) }) }

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
    try trainer.run(Colours()) { _ in }
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
    #expect(scores[..<best].allSatisfy { $0.macroF1 < 1 || $0.loss >= scores[best].loss })
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
        try trainer.run(Colours()) { now in
          // The state of the epoch in which the program is killed is lost.
          if left == 0 { throw Killed() }
          left -= 1
          state = now.state
        }
      }
    }
    var trainer = try Trainer(network, settings(threads: 3), state: state)
    #expect(trainer.history.count == 3)
    try trainer.run(Colours()) { _ in }
    #expect(trainer.state == whole.state && trainer.history == whole.history)
  }

  @Test func stopsEarlyWithoutImprovement() throws {
    var settings = settings()
    (settings.epochs, settings.patience, settings.plateauPatience) = (30, 3, 0)
    // Without steps the loss changes only with batch norm's running statistics, then stays
    // constant.
    settings.learningRate = 1e-300
    settings.weightDecay = 0
    var trainer = Trainer(network, settings)
    try trainer.run(Colours()) { _ in }
    #expect(trainer.history.count < 30)
    let lowest = trainer.history.indices.min {
      trainer.history[$0].validation.loss < trainer.history[$1].validation.loss
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
