import PipelineDSL
import Testing

@testable import Neural
@testable import Stages

@Suite struct FineTuneTests {
  private let bench: TrainingBench
  private let quick: JSONObject = ["epochs": 4, "batch": 12, "learning-rate": 0.003]

  init() throws { bench = try TrainingBench() }

  /// The inputs, with drawn views.
  private func inputs() throws -> [String: [InputArtifact]] {
    var inputs = try bench.inputs()
    let views = try bench.harness.run(
      "augment", ["policy": "mixup", "views": 2], inputs: ["split": inputs["split"] ?? []])
    inputs["views"] = [views["views"]]
    return inputs
  }

  @Test func learnsColours() throws {
    let outcome = try bench.train(
      try bench.inputs(), ["epochs": 10, "batch": 12, "learning-rate": 0.003],
      state: bench.state("learns"))
    let metrics = try MetricsFile.read(outcome.history)
    #expect((metrics["best/validation/macro-f1"] ?? 0) > 0.9)
    let table = try CSVTable(parsing: try outcome.history.bytes(HistoryFormat.file))
    #expect(
      table.columns == ["epoch", "stage", "learning-rate"]
        + ["train", "validation"].flatMap { part in
          ["loss", "nll", "accuracy", "macro-f1", "macro-f1-present"].map { part + "/" + $0 }
        })
    #expect(table.rows.count == 10 && table.rows.map { $0[0] } == (0..<10).map(String.init))
    let reported = outcome.events.metrics.filter { $0.name == "validation/loss" }
    #expect(reported.map(\.step) == Array(0..<10))
    let epochs = outcome.events.progress.filter { $0.share == 0 }
    #expect(epochs.map(\.done) == Array(1...10))
    #expect(epochs.allSatisfy { $0.remark.contains("loss") })
    let shares = outcome.events.progress.map { Double($0.done) + $0.share }
    #expect(shares == shares.sorted() && shares.count > epochs.count)
  }

  /// A class without validation images scores 0 in macro-F1, but is no gap to training.
  @Test func classesMissingFromValidationAreNoGap() throws {
    let inputs = try bench.inputs(part: {
      $0 % 5 < 4 ? "train" : $0 % 3 == 1 ? "test" : "validation"
    })
    let outcome = try bench.train(
      inputs, ["epochs": 10, "batch": 12, "learning-rate": 0.003], state: bench.state("absent"))
    let metrics = try MetricsFile.read(outcome.history)
    let present = metrics["best/validation/macro-f1-present"] ?? -1
    #expect(present > 0.8)
    #expect(isNear(metrics["best/validation/macro-f1"] ?? -1, present * 2 / 3))
    #expect((metrics["best/gap"] ?? 1) <= 1 - present + 1e-9)
    let table = try CSVTable(parsing: try outcome.history.bytes(HistoryFormat.file))
    #expect(table.columns.filter { $0.hasSuffix("/macro-f1-present") }.count == 2)
  }

  @Test func threadsDoNotChangeBytes() throws {
    let inputs = try inputs()
    let digests = try [1, 2, 3].map { threads in
      let outcome = try bench.train(
        inputs, quick, threads: threads, state: bench.state("threads \(threads)"))
      return [outcome.model.digest, outcome.history.digest]
    }
    #expect(digests[0] == digests[1] && digests[0] == digests[2])
  }

  @Test func resumingAfterTwoKillsGivesTheSameBytes() throws {
    let inputs = try inputs()
    let whole = try bench.train(inputs, quick, state: bench.state("whole"))
    var state = bench.state("killed")
    for epoch in [2, 3] {
      #expect(throws: StageError.self) {
        try bench.train(inputs, quick, state: state, killedIn: epoch)
      }
      state = StateFolder(state.path + ".left")
    }
    let resumed = try bench.train(inputs, quick, threads: 3, state: state)
    #expect(resumed.events.log == ["resumes after epoch 2 of an earlier attempt"])
    #expect(resumed.model.digest == whole.model.digest)
    #expect(resumed.history.digest == whole.history.digest)
    #expect(resumed.events.metrics == whole.events.metrics)
  }

  @Test func unusableStateIsIgnored() throws {
    let inputs = try bench.inputs()
    let state = bench.state("damaged")
    try state.publish([1, 2, 3], as: "training")
    let again = try bench.train(inputs, quick, state: state)
    #expect(again.events.log.first?.hasPrefix("starts over") == true)
    let fresh = try bench.train(inputs, quick, state: bench.state("fresh"))
    #expect(again.model.digest == fresh.model.digest)
  }

  /// Mixed images have two labels: the acceptance rule is judged on clean training images.
  @Test(arguments: ["mixup", "cutmix", "augmix"])
  func acceptanceIsJudgedOnCleanImages(policy: String) throws {
    var inputs = try bench.inputs()
    let augmented = try bench.harness.run(
      "augment", ["policy": .string(policy), "views": 2], inputs: ["split": inputs["split"] ?? []])
    inputs["views"] = [augmented["views"]]
    let outcome = try bench.train(
      inputs, ["epochs": 8, "batch": 12, "learning-rate": 0.003], state: bench.state(policy))
    let metrics = try MetricsFile.read(outcome.history)
    let clean = metrics["best/clean/macro-f1"] ?? .nan
    #expect(metrics["clean-samples"] == 36)
    #expect(metrics["best/gap"] == clean - (metrics["best/validation/macro-f1"] ?? .nan))
    // The same as that of the finished model on the training images.
    let images = try ImageSet(try #require(inputs["images"]?.first))
    let train = try SplitTable(try #require(inputs["split"]?.first)).indices(of: .train, in: images)
    let model = try TrainedModel.load(outcome.model, threads: 2)
    let rows = try model.probabilities(train.map { try images.image($0) })
    var matrix = ConfusionMatrix(classes: 3)
    for (index, row) in zip(train, rows) {
      matrix.add(
        logits: row, targets: model.classes.map { $0 == images.samples[index].label ? 1 : 0 })
    }
    #expect(matrix.macroF1 == clean)
  }

  @Test func decayAndWidthChangeTheModel() throws {
    let inputs = try bench.inputs()
    var digests: Set<Digest> = []
    let changes: [JSONObject] = [
      [:], ["decay": "decoupled"], ["decay-all": true], ["dense": 127], ["weight-decay": 0],
    ]
    for (index, change) in changes.enumerated() {
      var with: JSONObject = [
        "epochs": 2, "batch": 12, "learning-rate": 0.01, "weight-decay": 0.1,
      ]
      for member in change.members { with[member.name] = member.value }
      digests.insert(try bench.train(inputs, with, state: bench.state("\(index)")).model.digest)
    }
    #expect(digests.count == changes.count)
  }

  @Test func divergedTrainingsGiveAWarning() throws {
    let outcome = try bench.train(
      try bench.inputs(), ["epochs": 1, "batch": 12, "learning-rate": 1],
      state: bench.state("diverged"))
    #expect(outcome.events.warnings.contains { $0.hasPrefix("the training diverged") })
    let calm = try bench.train(
      try bench.inputs(), ["epochs": 10, "batch": 12, "learning-rate": 0.003],
      state: bench.state("calm"))
    #expect(calm.events.warnings.isEmpty)
  }

  @Test func viewsChangeTheModel() throws {
    let plain = try bench.train(try bench.inputs(), quick, state: bench.state("plain"))
    let mixed = try bench.train(try inputs(), quick, state: bench.state("mixed"))
    #expect(plain.model.digest != mixed.model.digest)
  }

  @Test(.enabled(if: PinnedBits.hasNetworks, PinnedBits.networks))
  func bytesArePinned() throws {
    let outcome = try bench.train(try inputs(), quick, state: bench.state("pinned"))
    #expect(FineTune.revision == 6)
    #expect(outcome.model.digest.short == "ab7d9b8a8ecf")
    #expect(outcome.history.digest.short == "f08d6194634a")
  }

  @Test func keysIncludeNumericLibraries() {
    let libraries = FineTune.libraries
    #expect(libraries["openblas-core"]?.isEmpty == false && libraries["architecture"] != nil)
  }

  private func failure(
    _ inputs: [String: [InputArtifact]], _ with: JSONObject = ["epochs": 1]
  ) -> String {
    let error = #expect(throws: StageError.self) {
      try bench.train(inputs, with, state: bench.state("refused"))
    }
    return error?.description ?? ""
  }

  @Test func classesMissingFromTrainingAreReported() throws {
    let inputs = try bench.inputs(part: {
      $0 % 3 == 1 ? "test" : $0 % 4 == 0 ? "validation" : "train"
    })
    #expect(failure(inputs).contains("no training image of 'green'; stratify the split"))
  }

  @Test func emptyPartsAreReported() throws {
    let noValidation = try bench.inputs(part: { _ in "train" })
    #expect(failure(noValidation).contains("none of the 60 images is in the validation set"))
    let noTraining = try bench.inputs(part: { _ in nil })
    #expect(failure(noTraining).contains("none of the 60 images is in the training set"))
  }

  @Test func singleClassIsRefused() throws {
    #expect(failure(try bench.inputs(labels: ["red"])).contains("all images have the label 'red'"))
  }

  @Test func smallImagesAreRefused() throws {
    let reason = failure(try bench.inputs(size: 6))
    #expect(reason.contains("8 pixels or more, not 6; raise the 'size' of 'crop-normalise'"))
  }
}
