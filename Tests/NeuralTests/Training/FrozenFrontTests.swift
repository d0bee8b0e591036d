import Foundation
import Testing

@testable import Neural

@Suite struct FrozenFrontTests {
  private let network: Network
  private let weights: Weights

  init() throws {
    network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3, dropout: 0.3))
    weights = Weights(network, seed: 2)
  }

  private func trained(limit: Int, killedAfter epochs: Int? = nil) throws -> [UInt8] {
    let cut = network.cut(open: 1)
    let (front, back) = (try network.part(0..<cut), try network.part(cut...))
    let path = NSTemporaryDirectory() + "front-\(UUID().uuidString)"
    defer { unlink(path) }
    func data() throws -> FrozenFront {
      let length = FrozenFront.rowLength(front, copies: 1, classes: 3)
      return try FrozenFront(
        Colours(), front: front, weights: try weights.part(front), classes: 3, batch: 16,
        threads: 2, file: try RowFile(path, rowLength: length, limit: limit))
    }
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch, settings.seed, settings.threads) = (4, 16, 11, 2)
    var trainer = Trainer(back, settings, from: try weights.part(back))
    struct Killed: Error {}
    if let epochs {
      #expect(throws: Killed.self) {
        try trainer.run(try data()) { if $0.history.count == epochs { throw Killed() } }
      }
      trainer = try Trainer(back, settings, state: trainer.state)
    }
    try trainer.run(try data()) { _ in }
    return trainer.state
  }

  @Test func keepingChangesNoBit() throws {
    let all = try trained(limit: 1 << 30)
    #expect(try trained(limit: 0) == all)
    #expect(try trained(limit: 40_000) == all)
    #expect(try trained(limit: 1 << 30, killedAfter: 2) == all)
  }

  @Test func computesEachLookOnce() throws {
    /// Counts the images that were asked for; two looks a sample.
    final class Counting: TrainingData {
      private let colours = Colours()
      var rendered = 0
      var validationCount: Int { colours.validationCount }
      var copies: Int { 1 }
      func order(epoch: Int) -> [Int] { colours.order(epoch: epoch) }
      func look(_ sample: Int, epoch: Int) -> Int { sample * 2 + epoch % 2 }
      func batch(_ samples: [Int], epoch: Int) -> Batch {
        rendered += samples.count
        return colours.batch(samples, epoch: epoch % 2)
      }
      func validationBatch(_ samples: Range<Int>) -> Batch {
        rendered += samples.count
        return colours.validationBatch(samples)
      }
    }
    let counting = Counting()
    let front = try network.part(0..<network.cut(open: 0))
    let path = NSTemporaryDirectory() + "front-\(UUID().uuidString)"
    defer { unlink(path) }
    let length = FrozenFront.rowLength(front, copies: 1, classes: 3)
    func data() throws -> FrozenFront {
      try FrozenFront(
        counting, front: front, weights: try weights.part(front), classes: 3, batch: 16, threads: 2,
        file: try RowFile(path, rowLength: length, limit: 1 << 30))
    }
    let back = try network.part(network.cut(open: 0)...)
    var settings = Trainer.Settings()
    (settings.epochs, settings.batch) = (6, 16)
    var trainer = Trainer(back, settings, from: try weights.part(back))
    try trainer.run(try data()) { _ in }
    #expect(trainer.history.count == 6)
    #expect(counting.rendered == 2 * 60 + 24)
    // Another training finds all of it.
    var second = Trainer(back, settings, from: try weights.part(back))
    try second.run(try data()) { _ in }
    #expect(counting.rendered == 2 * 60 + 24)
    #expect(second.state == trainer.state)
  }
}
