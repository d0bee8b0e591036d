import Foundation
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Training on new views in every epoch, and on the two forms of AugMix.
@Suite struct FreshTrainingTests {
  private let bench: TrainingBench
  private let inputs: [String: [InputArtifact]]

  init() throws {
    bench = try TrainingBench()
    inputs = try bench.inputs()
  }

  private func inputs(_ augment: JSONObject) throws -> [String: [InputArtifact]] {
    let views = try bench.harness.run("augment", augment, inputs: ["split": inputs["split"] ?? []])
    return inputs.merging(["views": [views["views"]]]) { $1 }
  }

  /// A weights file with initial weights.
  private func weights() throws -> String {
    let network = try Backbone.cnn.network(Backbone.Form(size: 16, classes: 3))
    let bytes = Safetensors.encode(Weights(network, seed: 5).tensors)
    return try bench.harness.write([("cnn.safetensors", bytes)], under: "weights")
      + "/cnn.safetensors"
  }

  /// Threads, interruptions in either phase, and the memo.
  private func check(
    _ inputs: [String: [InputArtifact]], _ with: JSONObject, weights: String?, killed: [Int]
  ) throws {
    let whole = try bench.train(
      inputs, with, weights: weights, threads: 1, state: bench.state("whole"))
    let memo = MemoFolder(bench.harness.folder + "/memo", limit: 1 << 30)
    var state = bench.state("killed")
    for epoch in killed {
      #expect(throws: StageError.self) {
        try bench.train(
          inputs, with, weights: weights, threads: 2, state: state, memo: memo, killedIn: epoch)
      }
      state = StateFolder(state.path + ".left")
    }
    let resumed = try bench.train(
      inputs, with, weights: weights, threads: 3, state: state, memo: memo)
    #expect(resumed.events.log.contains { $0.hasPrefix("resumes after epoch") })
    #expect(resumed.model.digest == whole.model.digest)
    #expect(resumed.history.digest == whole.history.digest)
    #expect(resumed.events.metrics == whole.events.metrics)
    guard weights != nil else { return }
    // Only validation images and clean training images are cached, not views.
    let files = try FileManager.default.contentsOfDirectory(atPath: memo.path)
    #expect(files.count == 2)
    let cached = resumed.events.log.filter { $0.hasSuffix("are cached") }
    #expect(cached.count == 2 && cached.allSatisfy { $0.hasPrefix("48 ") })
  }

  @Test(arguments: FreshViewsTests.policies, ["none", "oversample"])
  func resumesToTheSameBytesFromScratch(_ policy: String, _ balance: String) throws {
    let inputs = try inputs([
      "policy": .string(policy), "balance": .string(balance), "views": 0,
      "augmix-form": balance == "none" ? "plain" : "consistency",
    ])
    let with: JSONObject = ["epochs": 3, "batch": 12, "learning-rate": 0.003]
    try check(inputs, with, weights: nil, killed: [2, 3])
  }

  @Test(arguments: FreshViewsTests.policies, ["none", "oversample"])
  func resumesToTheSameBytesInBothPhases(_ policy: String, _ balance: String) throws {
    let inputs = try inputs([
      "policy": .string(policy), "balance": .string(balance), "views": 0,
      "augmix-form": balance == "none" ? "consistency" : "plain",
    ])
    let with: JSONObject = [
      "head-epochs": 3, "epochs": 3, "open-blocks": 2, "batch": 12, "learning-rate": 0.003,
      "fine-learning-rate": 0.001,
    ]
    try check(inputs, with, weights: try weights(), killed: [2, 5])
  }

  /// The first epochs show the same views as a table does, later ones do not.
  @Test func differsFromATableOnlyOnceTheTableRepeats() throws {
    func losses(_ views: JSONValue) throws -> [String] {
      let outcome = try bench.train(
        try inputs(["policy": "mixup", "views": views]),
        ["epochs": 4, "batch": 12, "learning-rate": 0.003], state: bench.state("\(views)"))
      return try CSVTable(parsing: outcome.history.bytes(HistoryFormat.file)).rows.map { $0[3] }
    }
    let (fresh, table) = (try losses(0), try losses(2))
    #expect(fresh.prefix(2) == table.prefix(2) && fresh[2] != table[2])
  }

  @Test func theSecondPhaseShowsNewViews() throws {
    let inputs = try inputs(["views": 0])
    let context = StageContext(
      inputs: inputs, seed: 17, scratch: bench.harness.folder, state: bench.state("data"),
      events: RecordedEvents())
    let data = try FineTuneData(context, Backbone.cnn.normalisation)
    let later = LaterEpochs(data, after: 3)
    let order = data.order(epoch: 3)
    #expect(later.order(epoch: 0) == order && data.look(order[0], epoch: 0) == nil)
    let images = try later.batch(order, epoch: 0).images
    #expect(try images == data.batch(order, epoch: 3).images)
    #expect(try images != data.batch(order, epoch: 0).images)
    #expect(data.looks == data.validationCount + data.cleanCount)
    // The acceptance rule scores the same clean images in both phases.
    #expect(later.cleanCount == data.cleanCount && data.cleanCount > 0)
    #expect(later.cleanLook(1) == data.cleanLook(1))
    #expect(try later.cleanBatch(0..<2).images == data.cleanBatch(0..<2).images)
  }

  @Test func plainAugMixTrainsOnMixedImagesForAnyConsistency() throws {
    let quick: JSONObject = ["epochs": 2, "batch": 12, "learning-rate": 0.003]
    let mixed = try inputs(["policy": "augmix"])
    let digests = try [0, 12].map { weight in
      try bench.train(
        mixed, quick.merging("consistency", .integer(weight)), state: bench.state("mixed \(weight)")
      ).model.digest
    }
    #expect(digests[0] == digests[1])
    let clean = try bench.train(
      try inputs(["policy": "plain"]), quick, state: bench.state("clean"))
    #expect(clean.model.digest != digests[0])
  }

  /// Without the term, no mixed image would be trained on.
  @Test(arguments: [0, 4])
  func consistencyFormNeedsItsTerm(_ views: Int) throws {
    let inputs = try inputs([
      "policy": "augmix", "augmix-form": "consistency", "views": .integer(views),
    ])
    let error = #expect(throws: StageError.self) {
      try bench.train(inputs, ["epochs": 1, "consistency": 0], state: bench.state("none"))
    }
    #expect(error?.reason.hasPrefix("'consistency' is 0") == true)
    #expect(error?.hint?.contains("'augmix-form' of 'augment' be plain") == true)
    _ = try bench.train(inputs, ["epochs": 1, "consistency": 1], state: bench.state("one"))
  }
}

extension JSONObject {
  fileprivate func merging(_ name: String, _ value: JSONValue) -> JSONObject {
    var merged = self
    merged[name] = value
    return merged
  }
}
