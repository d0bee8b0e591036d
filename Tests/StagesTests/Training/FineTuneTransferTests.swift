import Foundation
import Neural
import PipelineDSL
import Testing

@testable import Stages

/// Two-stage fine-tuning from a weights file.
@Suite struct FineTuneTransferTests {
  private let bench: TrainingBench
  private let weights: String
  private let quick: JSONObject = [
    "head-epochs": 3, "epochs": 2, "batch": 12, "learning-rate": 0.003,
    "fine-learning-rate": 0.001, "open-blocks": 2,
  ]

  init() throws {
    bench = try TrainingBench()
    // Weights trained from scratch stand in for public weights.
    let trained = try bench.train(
      try bench.inputs(), ["epochs": 4, "batch": 12, "learning-rate": 0.003],
      state: bench.state("public"))
    let folder = bench.harness.folder + "/weights"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    weights = folder + "/cnn.safetensors"
    try FileManager.default.copyItem(
      atPath: try trained.model.path(ModelCard.tensorFile), toPath: weights)
  }

  private func tensors(_ artifact: InputArtifact) throws -> [String: Tensor] {
    let list = try Safetensors.decode(try artifact.bytes(ModelCard.tensorFile))
    return Dictionary(list.map { ($0.name, $0) }) { first, _ in first }
  }

  @Test func onlyTheHeadAndOpenBlocksChange() throws {
    let given = Dictionary(
      try Safetensors.decode([UInt8](try Data(contentsOf: URL(fileURLWithPath: weights))))
        .map { ($0.name, $0) }
    ) { first, _ in first }
    let outcome = try bench.train(
      try bench.inputs(), quick, weights: weights, state: bench.state("two"))
    let after = try tensors(outcome.model)
    #expect(after.keys.sorted() == given.keys.sorted())
    let metrics = try MetricsFile.read(outcome.history)
    let opened = metrics["best/stage"] == 2
    for (name, tensor) in after {
      // The last two blocks are features.7 to 9 and 11 to 13; running statistics are kept.
      let isOpen =
        ["features.7.", "features.8.", "features.11.", "features.12."].contains {
          name.hasPrefix($0)
        } && !name.contains("running")
      let mayChange = name.hasPrefix("classifier.") || opened && isOpen
      #expect((tensor == given[name]) != mayChange, "\(name)")
    }
    let table = try CSVTable(parsing: try outcome.history.bytes(HistoryFormat.file))
    #expect(table.rows.map { $0[1] } == ["1", "1", "1", "2", "2"])
    #expect(table.rows.map { $0[2] } == ["0.003", "0.003", "0.003", "0.001", "0.001"])
    #expect(outcome.events.progress.filter { $0.share == 0 }.map(\.done) == Array(1...5))
    #expect(outcome.events.progress.allSatisfy { $0.total == 5 })
  }

  @Test func memoDoesNotChangeBytes() throws {
    let inputs = try bench.inputs()
    let none = try bench.train(inputs, quick, weights: weights, state: bench.state("none"))
    let folder = bench.harness.folder + "/memo"
    let memo = MemoFolder(folder, limit: 1 << 30)
    let first = try bench.train(
      inputs, quick, weights: weights, state: bench.state("first"), memo: memo)
    #expect(first.model.digest == none.model.digest && first.history.digest == none.history.digest)
    #expect(first.events.log.isEmpty)
    // One file for the frozen blocks, and one for the layers between them and the head.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 2)
    let second = try bench.train(
      inputs, quick, weights: weights, threads: 3, state: bench.state("second"), memo: memo)
    #expect(second.model.digest == none.model.digest)
    #expect(second.events.log.count { $0.hasSuffix("are cached") } == 2)
    // A different learning rate, the same activations.
    var with = quick
    with["learning-rate"] = 0.001
    let third = try bench.train(
      inputs, with, weights: weights, state: bench.state("third"), memo: memo)
    #expect(third.events.log.count == 2 && third.model.digest != none.model.digest)
    // A limit that leaves room for only some rows.
    let small = MemoFolder(bench.harness.folder + "/small", limit: 20_000)
    let bounded = try bench.train(
      inputs, quick, weights: weights, state: bench.state("small"), memo: small)
    #expect(bounded.model.digest == none.model.digest)
    // Other images get files of their own.
    let other = try bench.train(
      try bench.inputs(count: 75), quick, weights: weights, state: bench.state("other"), memo: memo)
    #expect(other.events.log.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4)
  }

  @Test func modelInputEqualsItsWeightsFile() throws {
    let inputs = try bench.inputs()
    let file = try bench.train(inputs, quick, weights: weights, state: bench.state("file"))
    let trained = try bench.train(
      inputs, ["epochs": 4, "batch": 12, "learning-rate": 0.003], state: bench.state("again"))
    let both = inputs.merging(["start": [trained.model]]) { $1 }
    let model = try bench.train(both, quick, state: bench.state("model"))
    #expect(model.model.digest == file.model.digest)
    let twice = #expect(throws: StageError.self) {
      try bench.train(both, quick, weights: weights, state: bench.state("both"))
    }
    #expect(twice?.reason.contains("both the input 'start' and") == true)
    let other = #expect(throws: StageError.self) {
      try bench.train(
        both, ["backbone": "vgg16"], state: bench.state("other"))
    }
    #expect(other?.reason == "'start' is a cnn, and 'backbone' is vgg16")
  }

  @Test func noOpenBlockTrainsOnlyTheHead() throws {
    var with = quick
    with["open-blocks"] = 0
    let outcome = try bench.train(
      try bench.inputs(), with, weights: weights, state: bench.state("head"))
    let metrics = try MetricsFile.read(outcome.history)
    #expect(metrics["best/stage"] == 1 && metrics["epochs"] == 3)
  }

  /// Without `open-blocks`, the network's own number of blocks is trained: 2 of 4.
  @Test func openBlocksDependOnTheNetwork() throws {
    let inputs = try bench.inputs()
    let two = try bench.train(inputs, quick, weights: weights, state: bench.state("two"))
    let with = JSONObject(quick.members.filter { $0.name != "open-blocks" })
    let usual = try bench.train(inputs, with, weights: weights, state: bench.state("usual"))
    #expect(usual.model.digest == two.model.digest)
    var null = with
    null["open-blocks"] = .null
    let given = try bench.train(inputs, null, weights: weights, state: bench.state("null"))
    #expect(given.model.digest == two.model.digest)
  }

  /// A head's width is independent of that of the model that training starts from.
  @Test func headsOfAnyWidthFollowAModelOfAnother() throws {
    let inputs = try bench.inputs()
    let wide = try bench.train(
      inputs, ["epochs": 1, "dense": 150], state: bench.state("wide"))
    var with = quick
    with["dense"] = 9
    let both = inputs.merging(["start": [wide.model]]) { $1 }
    let whole = try bench.train(both, with, state: bench.state("narrow"))
    #expect(try tensors(whole.model)["classifier.1.weight"]?.shape == [9, 128])
    let state = bench.state("killed")
    #expect(throws: StageError.self) { try bench.train(both, with, state: state, killedIn: 4) }
    let resumed = try bench.train(both, with, state: StateFolder(state.path + ".left"))
    #expect(resumed.model.digest == whole.model.digest)
  }

  @Test func batchNormPolicyChangesTraining() throws {
    var with = quick
    with["batch-norm"] = "batch"
    with["fine-learning-rate"] = 0.003
    with["open-blocks"] = 4
    with["head-epochs"] = 1
    let outcome = try bench.train(
      try bench.inputs(), with, weights: weights, state: bench.state("batch"))
    with["batch-norm"] = "stored"
    let stored = try bench.train(
      try bench.inputs(), with, weights: weights, state: bench.state("stored"))
    #expect(outcome.history.digest != stored.history.digest)
  }

  @Test func resumingInEitherStageGivesTheSameBytes() throws {
    let inputs = try bench.inputs()
    let whole = try bench.train(inputs, quick, weights: weights, state: bench.state("whole"))
    var state = bench.state("killed")
    for epoch in [2, 5] {
      #expect(throws: StageError.self) {
        try bench.train(inputs, quick, weights: weights, state: state, killedIn: epoch)
      }
      state = StateFolder(state.path + ".left")
    }
    let resumed = try bench.train(inputs, quick, weights: weights, threads: 3, state: state)
    #expect(resumed.model.digest == whole.model.digest)
    #expect(resumed.history.digest == whole.history.digest)
    #expect(resumed.events.metrics == whole.events.metrics)
  }

  @Test func classWeightsChangeTheModel() throws {
    // Twice as many of one class as of the others.
    let inputs = try bench.inputs(part: {
      $0 % 5 == 4 ? "validation" : $0 % 3 == 0 || $0 % 2 == 0 ? "train" : "test"
    })
    let digests = try ["none", "balanced"].map { choice in
      try bench.train(
        inputs, ["epochs": 1, "class-weights": .string(choice)], state: bench.state(choice)
      ).model.digest
    }
    #expect(digests[0] != digests[1])
  }

  @Test func mismatchedWeightsAreReported() throws {
    let inputs = try bench.inputs()
    func failure(_ bytes: [UInt8]) throws -> String {
      let path = (weights as NSString).deletingLastPathComponent + "/other.safetensors"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StageError.self) {
        try bench.train(inputs, quick, weights: path, state: bench.state("unfit"))
      }
      return error?.description ?? ""
    }
    let tensor = Tensor(
      name: "features.0.weight", shape: [16, 3, 5, 5], values: .init(repeating: 0, count: 1200))
    let reason = try failure(Safetensors.encode([tensor]))
    #expect(
      reason.contains("features.0.weight has shape [16, 3, 5, 5] but the network has [16, 3, 3, 3]")
    )
    #expect(reason.contains("features.1.weight is missing"))
    #expect(try failure([1, 2, 3]).contains("other.safetensors: unexpected end of data"))
    // PyTorch files are recognised by their first bytes, not by their name.
    #expect(
      try failure(Array("PK\u{3}\u{4}".utf8)).contains(
        "or it is cut short: its directory is missing"))
  }

  @Test func tooManyOpenBlocksAreRefused() throws {
    #expect(throws: (any Error).self) {
      try bench.train(
        try bench.inputs(), ["open-blocks": 5], weights: weights, state: bench.state("many"))
    }
  }
}
