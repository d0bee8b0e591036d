import Foundation
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct FuseFeaturesTests {
  private typealias Row = (id: String, label: String, values: [Float])
  private let bench: FeatureBench

  init() throws { bench = try FeatureBench() }

  /// Two sets whose features only together tell three classes apart.
  private func separable() throws -> [InputArtifact] {
    var (left, right): ([Row], [Row]) = ([], [])
    for (index, sample) in try ImageSet(bench.images).samples.enumerated() {
      let noise = Float(index % 7) / 70
      left.append((sample.id, sample.label, [sample.label == "red" ? 1 : 0, noise]))
      right.append((sample.id, sample.label, [sample.label == "blue" ? noise : 1]))
    }
    return [try bench.features("left", left), try bench.features("right", right.reversed())]
  }

  private func fuse(
    _ features: [InputArtifact], _ with: JSONObject = [:], split: InputArtifact? = nil,
    threads: Int = 2, seed: UInt64 = 17
  ) throws -> StageOutcome {
    var inputs = ["features": features]
    if let split { inputs["split"] = [split] }
    return try bench.harness.run(
      "fuse-features", with, inputs: inputs, seed: seed, threads: threads)
  }

  @Test("shuffled sets are concatenated by id, in the order of the inputs")
  func concatenatesByID() throws {
    let one = try bench.features("one", [("b", "x", [1]), ("a", "y", [2]), ("c", "x", [3])])
    let two = try bench.features(
      "two", [("c", "x", [30, 31]), ("b", "x", [10, 11]), ("a", "y", [20, 21])])
    let outcome = try fuse([one, two])
    #expect(
      try FeatureBench.rows(outcome["features"]) == [[2, 20, 21], [1, 10, 11], [3, 30, 31]])
    #expect(try FeatureSet(outcome["features"]).samples.map(\.id) == ["a", "b", "c"])
    #expect(try FeatureBench.rows(fuse([two, one])["features"])[0] == [20, 21, 2])
    #expect(try outcome.text("history", MetricsFile.name) == "{}\n")
    let recipe = try FeatureSet(outcome["features"]).recipe
    #expect(recipe.parts.map(\.folder) == ["networks/1", "networks/2"])
    #expect(recipe.parts.map(\.width) == [1, 2])
    #expect(outcome["features"].files["networks/2/model.safetensors"] != nil)
  }

  @Test("concatenations can be concatenated again")
  func concatenatesConcatenations() throws {
    let sets = try (1...3).map { number in
      try bench.features(
        "set \(number)", [("a", "x", [Float(number)]), ("b", "y", [Float(10 * number)])])
    }
    let pair = try fuse(Array(sets.prefix(2)))["features"]
    let outcome = try fuse([sets[2], pair])
    #expect(try FeatureBench.rows(outcome["features"]) == [[3, 1, 2], [30, 10, 20]])
    let recipe = try FeatureSet(outcome["features"]).recipe
    #expect(recipe.parts.map(\.folder) == ["networks/1", "networks/2", "networks/3"])
  }

  @Test("hidden layers learn what the sets tell only together")
  func hiddenLayersLearn() throws {
    let sets = try separable()
    let with: JSONObject = [
      "hidden": [16, 8], "epochs": 60, "batch": 12, "learning-rate": 0.01, "dropout": 0,
      "patience": 60,
    ]
    let outcome = try fuse(sets, with, split: bench.split)
    #expect((outcome.metrics["best/validation/macro-f1"] ?? 0) > 0.9)
    let table = try outcome.table("history", HistoryFormat.file)
    #expect(table.columns.prefix(3) == ["epoch", "stage", "learning-rate"])
    #expect(try MetricsFile.read(outcome["history"]) == outcome.metrics)
    let set = try FeatureSet(outcome["features"])
    let fusion = try #require(set.recipe.fusion)
    #expect(set.width == 8 && fusion.hidden == [16, 8] && fusion.classes == FeatureBench.classes)
    let rows = try FeatureBench.rows(outcome["features"])
    #expect(rows.count == 60 && rows.joined().allSatisfy { $0 >= 0 })
    // The output layer classifies the features, and the test samples have some too.
    let tensors = try Safetensors.decode(outcome["features"].bytes(fusion.file))
    let weight = try #require(tensors.first { $0.name == "output.weight" }?.values)
    let bias = try #require(tensors.first { $0.name == "output.bias" }?.values)
    let right = zip(set.samples, rows).count { sample, row in
      let logits = bias.indices.map { at in
        row.indices.reduce(bias[at]) { $0 + row[$1] * weight[at * 8 + $1] }
      }
      return fusion.classes[ClassificationReport.predicted(logits)] == sample.label
    }
    #expect(right > 54)
  }

  @Test("bytes depend on the seed but not on threads")
  func bytesDependOnTheSeedButNotOnThreads() throws {
    let sets = try separable()
    let with: JSONObject = ["hidden": [6], "epochs": 3, "batch": 12]
    let digests = try [1, 2, 3].map {
      try fuse(sets, with, split: bench.split, threads: $0).digests
    }
    #expect(digests[0] == digests[1] && digests[0] == digests[2])
    #expect(try fuse(sets, with, split: bench.split, seed: 18).digests != digests[0])
  }

  @Test("bytes of concatenated features are pinned")
  func bytesOfConcatenationsArePinned() throws {
    #expect(FuseFeatures.revision == 1)
    let outcome = try fuse(try separable())
    #expect(outcome.digests == ["features": "2d5ffe5a4c9b", "history": "e013821ba44f"])
  }

  @Test(
    "bytes of trained layers are pinned", .enabled(if: PinnedBits.hasNetworks, PinnedBits.networks))
  func bytesOfTrainedLayersArePinned() throws {
    #expect(FuseFeatures.revision == 1)
    let outcome = try fuse(
      try separable(), ["hidden": [6], "epochs": 3, "batch": 12], split: bench.split)
    #expect(outcome.digests == ["features": "bdc4ed39cd6f", "history": "585704205023"])
  }

  @Test("training resumes from the state of an earlier attempt to the same bytes")
  func resumes() throws {
    let sets = try separable()
    let state = bench.training.state("fusion")
    func run(epochs: Int) throws -> StageOutcome {
      try bench.harness.run(
        "fuse-features", ["hidden": [6], "epochs": .integer(epochs), "patience": 100],
        inputs: ["features": sets, "split": [bench.split]]
      ) { values, context in
        guard case .success(let parameters) = FuseFeatures.Parameters.read(values) else {
          throw StageError("parameters")
        }
        try FuseFeatures(parameters).run(
          StageContext(
            inputs: context.inputs, seed: context.seed, threads: context.threads,
            scratch: context.scratch, state: state, events: context.events))
      }
    }
    // The schedule does not depend on the number of epochs, so a shorter run is an interrupted one.
    _ = try run(epochs: 2)
    let resumed = try run(epochs: 4)
    #expect(resumed.events.log == ["resumes after epoch 2 of an earlier attempt"])
    try state.publish([1, 2, 3], as: "training")
    let whole = try run(epochs: 4)
    #expect(whole.events.log.first?.hasPrefix("starts over") == true)
    #expect(resumed.digests == whole.digests)
  }

  private func failure(
    _ features: [InputArtifact], _ with: JSONObject = [:], split: InputArtifact? = nil
  ) -> String {
    let failure = #expect(throws: StageError.self) { try fuse(features, with, split: split) }
    return failure?.description ?? ""
  }

  @Test("samples that are not in all inputs are an error with their number and the first")
  func missingSamplesAreReported() throws {
    let one = try bench.features("one", [("a", "x", [1]), ("b", "x", [1]), ("c", "y", [1])])
    let two = try bench.features("two", [("c", "y", [1]), ("d", "y", [1])])
    #expect(
      failure([one, two])
        == "3 of 4 samples are not in all inputs; the first is a, which 'two' does not have; "
        + "extract all features from the same images")
  }

  @Test("samples with two labels are an error")
  func unequalLabelsAreReported() throws {
    let one = try bench.features("one", [("a", "x", [1]), ("b", "y", [1])])
    let two = try bench.features("two", [("a", "x", [1]), ("b", "z", [1])])
    #expect(failure([one, two]).hasPrefix("sample b of 'two' has the label 'z'"))
  }

  @Test("samples that occur twice are an error")
  func duplicateSamplesAreReported() throws {
    let one = try bench.features("one", [("a", "x", [1]), ("a", "x", [2])])
    #expect(failure([one]).contains("1 ids occur more than once, the first is a"))
  }

  @Test("networks for images of different sizes are an error that names both")
  func unequalSizesAreReported() throws {
    let one = try bench.features("one", [("a", "x", [1])])
    let two = try bench.features("two", [("a", "x", [1])], size: 24)
    let reason = failure([one, two])
    #expect(
      reason.hasPrefix(
        "'one' (cnn) takes images of 16 pixels, and 'two' (cnn) of 24; crop the images once"))
  }

  @Test("fused features cannot be fused again")
  func fusedFeaturesAreRefused() throws {
    let fused = try fuse(
      separable(), ["hidden": [6], "epochs": 1], split: bench.split)["features"]
    #expect(failure([fused]).hasPrefix("the features of 'fuse-features' are fused already; need"))
  }

  @Test("hidden layers need a split with training and validation samples of every class")
  func unsuitableSplitsAreReported() throws {
    let sets = try separable()
    let with: JSONObject = ["hidden": [6], "epochs": 1]
    #expect(failure(sets, with).contains("'hidden' names layers to train, which needs a split"))
    let samples = try ImageSet(bench.images).samples
    func split(_ part: (Sample) -> String?) throws -> InputArtifact {
      let rows = samples.compactMap { sample in part(sample).map { [sample.id, $0, "", ""] } }
      return try bench.harness.artifact(
        "split \(rows.count)",
        [(SplitFormat.file, CSVTable(columns: SplitFormat.columns, rows: rows).bytes)])
    }
    let allTrain = try split { _ in "train" }
    #expect(failure(sets, with, split: allTrain).contains("is in the validation set"))
    let noRed = try split { $0.label == "red" ? "validation" : "train" }
    #expect(failure(sets, with, split: noRed).contains("no training sample of 'red'"))
    var isEven = false
    let onlyRed = try split { sample in
      guard sample.label == "red" else { return nil }
      isEven.toggle()
      return isEven ? "train" : "validation"
    }
    #expect(failure(sets, with, split: onlyRed).contains("all samples have the label 'red'"))
  }

  private func key(_ needs: String) throws -> StageKey {
    let text = """
      {
        "assay": 1, "name": "order",
        "stages": {
          "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
          "cells": { "uses": "crop-normalise", "needs": "source" },
          "a": {
            "uses": "extract-features", "needs": "cells",
            "with": { "network": "xception", "weights": "x.pth" }
          },
          "b": {
            "uses": "extract-features", "needs": "cells",
            "with": { "network": "inception-v3", "weights": "i.pth" }
          },
          "both": { "uses": "fuse-features", "needs": \(needs) }
        }
      }
      """
    let pipeline = try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "order.json", catalogue: StageCatalogue.all)
    let cell = try #require(pipeline.cells.first { $0.stage == "both" })
    var content = StageKey.Content()
    for input in cell.inputs {
      content.inputs[input.port, default: []].append(
        (Digest.of(pipeline.cells[input.cell].stage), input.coordinates))
    }
    return StageKey(
      cell: cell, kind: try #require(StageCatalogue.all["fuse-features"]), content: content)
  }

  @Test("the order of the inputs is part of the key")
  func orderIsInTheKey() throws {
    let (one, other) = (try key(#"["a", "b"]"#), try key(#"["b", "a"]"#))
    #expect(one.digest != other.digest)
    #expect(try key(#"["a", "b"]"#) == one)
    let pointers = StageKey.differences(from: one.preimage, to: other.preimage).map(\.pointer)
    #expect(pointers == ["/inputs/features/0", "/inputs/features/1"])
  }
}
