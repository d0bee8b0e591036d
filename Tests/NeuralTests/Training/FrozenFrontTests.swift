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

  @Test func cachingDoesNotChangeBits() throws {
    let all = try trained(limit: 1 << 30)
    #expect(try trained(limit: 0) == all)
    #expect(try trained(limit: 40_000) == all)
    #expect(try trained(limit: 1 << 30, killedAfter: 2) == all)
  }

  @Test func computesEachLookOnce() throws {
    /// Counts the images requested; there are two looks per sample.
    final class Counting: TrainingData {
      private let colours = Colours()
      var rendered = 0
      var validationCount: Int { colours.validationCount }
      var copies: Int { 1 }
      let cleanCount = 10
      func order(epoch: Int) -> [Int] { colours.order(epoch: epoch) }
      func look(_ sample: Int, epoch: Int) -> Int? { sample * 2 + epoch % 2 }
      func batch(_ samples: [Int], epoch: Int) -> Batch {
        rendered += samples.count
        return colours.batch(samples, epoch: epoch % 2)
      }
      func validationBatch(_ samples: Range<Int>) -> Batch {
        rendered += samples.count
        return colours.validationBatch(samples)
      }
      func cleanBatch(_ samples: Range<Int>) -> Batch {
        rendered += samples.count
        return colours.cleanBatch(samples)
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
    #expect(counting.rendered == 2 * 60 + 24 + 10)
    #expect(trainer.firstClean != trainer.bestClean || trainer.bestEpoch == 0)
    // A second training finds all rows.
    var second = Trainer(back, settings, from: try weights.part(back))
    try second.run(try data()) { _ in }
    #expect(counting.rendered == 2 * 60 + 24 + 10)
    #expect(second.bestClean == trainer.bestClean && second.firstClean == trainer.firstClean)
    #expect(second.state == trainer.state)
  }

  /// Versions of a sample that only one epoch has take no room.
  @Test func keepsNoRowsWithoutALook() throws {
    struct Fresh: TrainingData {
      private let colours = Colours()
      let copies = 1
      var validationCount: Int { colours.validationCount }
      func order(epoch: Int) -> [Int] { colours.order(epoch: epoch) }
      func look(_ sample: Int, epoch: Int) -> Int? { nil }
      func batch(_ samples: [Int], epoch: Int) -> Batch { colours.batch(samples, epoch: epoch) }
      func validationBatch(_ samples: Range<Int>) -> Batch { colours.validationBatch(samples) }
    }
    let cut = network.cut(open: 1)
    let front = try network.part(0..<cut)
    let path = NSTemporaryDirectory() + "front-\(UUID().uuidString)"
    defer { unlink(path) }
    let file = try RowFile(
      path, rowLength: FrozenFront.rowLength(front, copies: 1, classes: 3), limit: 1 << 30)
    let data = try FrozenFront(
      Fresh(), front: front, weights: try weights.part(front), classes: 3, batch: 16, threads: 2,
      file: file)
    let first = try data.batch([3, 4], epoch: 0)
    #expect(try data.batch([3, 4], epoch: 0).images == first.images)
    #expect(try data.batch([3, 4], epoch: 1).images != first.images)
    #expect(file.rows == 0)
    _ = try data.validationBatch(0..<16)
    #expect(file.rows == 16)
  }

  /// AugMix trains on three copies of each sample and validates on one: rows of two lengths in one
  /// file.
  @Test func trainingCopiesDoNotAffectValidation() throws {
    /// Three copies of each training sample.
    struct Copies: TrainingData {
      private let colours = Colours()
      let copies = 3
      var validationCount: Int { colours.validationCount }
      func order(epoch: Int) -> [Int] { colours.order(epoch: epoch) }
      func look(_ sample: Int, epoch: Int) -> Int? { colours.look(sample, epoch: epoch) }
      func batch(_ samples: [Int], epoch: Int) -> Batch {
        let batch = colours.batch(samples, epoch: epoch)
        let mixed = batch.images.map { $0 * 0.5 }
        return Batch(images: batch.images + mixed + mixed, targets: batch.targets, copies: 3)
      }
      func validationBatch(_ samples: Range<Int>) -> Batch { colours.validationBatch(samples) }
    }
    let cut = network.cut(open: 1)
    let (front, back) = (try network.part(0..<cut), try network.part(cut...))
    let length = FrozenFront.rowLength(front, copies: 3, classes: 3)
    let path = NSTemporaryDirectory() + "front-\(UUID().uuidString)"
    defer { unlink(path) }
    func state(limit: Int) throws -> [UInt8] {
      var settings = Trainer.Settings()
      (settings.epochs, settings.batch) = (2, 16)
      var trainer = Trainer(back, settings, from: try weights.part(back))
      let data = try FrozenFront(
        Copies(), front: front, weights: try weights.part(front), classes: 3, batch: 16, threads: 2,
        file: try RowFile(limit == 0 ? nil : path, rowLength: length, limit: limit))
      try trainer.run(data) { _ in }
      #expect(trainer.history.count == 2)
      return trainer.state
    }
    let none = try state(limit: 0)
    #expect(try state(limit: RowFile.bytes(rows: 70, rowLength: length)) == none)
    #expect(try state(limit: 1 << 30) == none)
    // The file now contains every row.
    #expect(try state(limit: 1 << 30) == none)
  }
}
