import Testing

@testable import Neural

/// Noise in two classes, one step per epoch.
private struct Noise: TrainingData {
  let size: Int
  let validationCount = 1
  let copies = 1

  func order(epoch: Int) -> [Int] { [0, 1, 2] }
  func look(_ sample: Int, epoch: Int) -> Int? { sample }
  func batch(_ samples: [Int], epoch: Int) -> Batch { make(samples, salt: 10 * epoch) }
  func validationBatch(_ samples: Range<Int>) -> Batch { make(Array(samples), salt: 1000) }

  private func make(_ samples: [Int], salt: Int) -> Batch {
    Batch(
      images: samples.flatMap { formula(size * size * 3, salt: $0 + salt) },
      targets: samples.flatMap { $0 % 2 == 0 ? [1, 0] : [0, 1] })
  }
}

private struct Killed: Error {}

@Suite(.serialized) struct BackboneDeterminismTests {
  private func settings(threads: Int) -> Trainer.Settings {
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch, settings.seed, settings.threads) = (3, 3, 5, threads)
    return settings
  }

  /// Trains for three epochs; the program is killed in each epoch of `deaths` and resumed with
  /// another number of threads.
  private func trained(_ network: Network, threads: Int, deaths: [Int] = []) throws -> Trainer {
    var trainer = Trainer(network, settings(threads: threads))
    for (index, death) in deaths.enumerated() {
      var state = trainer.state
      #expect(throws: Killed.self) {
        try trainer.run(Noise(size: network.input.height)) { now in
          if now.history.count > death { throw Killed() }
          state = now.state
        }
      }
      trainer = try Trainer(network, settings(threads: threads + index + 1), state: state)
      #expect(trainer.history.count == death)
    }
    try trainer.run(Noise(size: network.input.height)) { _ in }
    return trainer
  }

  @Test(arguments: Backbone.allCases) func threadsAndKillsDoNotChangeBits(
    backbone: Backbone
  ) throws {
    let network = try backbone.network(
      Backbone.Form(size: backbone.smallestSize, classes: 2, dropout: 0.3))
    let one = try trained(network, threads: 1)
    let wanted = one.bestWeights.tensors
    #expect(one.history.count == 3)
    // Two threads, then three, then four.
    #expect(try trained(network, threads: 2, deaths: [1, 2]).bestWeights.tensors == wanted)
  }
}
