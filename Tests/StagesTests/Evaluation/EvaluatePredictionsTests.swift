import PipelineDSL
import Testing

@testable import Stages

/// `evaluate` of predictions that were made before.
@Suite struct EvaluatePredictionsTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func predictions(
    _ classes: [String], _ rows: [(id: String, part: Part, label: String, logits: [Float])]
  ) throws -> InputArtifact {
    var set = PredictionSet(classes: classes)
    for row in rows {
      set.append(
        Sample(id: row.id, source: "", nativeLabel: "", label: row.label, group: ""), row.part,
        row.logits)
    }
    return try harness.artifact(
      "predictions-\(Digest.of(set.table.bytes).short)",
      [(PredictionsFormat.file, set.table.bytes)])
  }

  private func split(
    _ rows: [(id: String, part: Part)], group: (String) -> String = { _ in "" }
  ) throws -> InputArtifact {
    let table = CSVTable(
      columns: SplitFormat.columns,
      rows: rows.map { [$0.id, $0.part.rawValue, "?", group($0.id)] })
    return try harness.artifact(
      "split-\(Digest.of(table.bytes).short)", [(SplitFormat.file, table.bytes)])
  }

  private func evaluate(
    _ predictions: InputArtifact, _ split: InputArtifact, _ with: JSONObject = [:]
  ) throws -> StageOutcome {
    try harness.run(
      "evaluate", with, inputs: ["predictions": [predictions], "split": [split]])
  }

  @Test("metrics of predictions agree with scikit-learn")
  func agreesWithScikitLearn() throws {
    let cases = try Fixture.json(
      "evaluation/classification.json", as: ClassificationReportTests.Reference.self
    ).cases
    for reference in cases {
      let rows = zip(reference.truths, reference.logits).enumerated().map { index, row in
        (
          id: "id\(10_000 + index)", part: Part.test, label: reference.classes[row.0],
          logits: row.1
        )
      }
      let outcome = try evaluate(
        try predictions(reference.classes, rows), try split(rows.map { ($0.id, $0.part) }))
      let metrics = outcome.metrics
      for (name, value) in [
        ("accuracy", reference.accuracy), ("macro-f1", reference.macroF1),
        ("weighted-f1", reference.weightedF1), ("macro-auc", reference.macroAUC),
        ("loss", reference.loss),
      ] { #expect(isNear(metrics["test/\(name)"] ?? -1, value), "\(reference.name), \(name)") }
    }
  }

  /// Rows in any order give the file that `evaluate` writes of a model.
  @Test func rowsAreSortedByPartAndID() throws {
    let outcome = try evaluate(
      try predictions(
        ["a", "b"],
        [
          ("3", .test, "a", [1, 0]), ("2", .train, "b", [0, 1]), ("1", .test, "b", [2, 0]),
          ("0", .train, "a", [1, 0]),
        ]), try split([("0", .train), ("1", .test), ("2", .train), ("3", .test)]))
    #expect(
      try outcome.table("predictions", PredictionsFormat.file).rows.map { $0[0] + $0[1] } == [
        "0train", "2train", "1test", "3test",
      ])
    #expect(outcome.events.warnings == ["validation has no samples: it has no metrics"])
  }

  @Test func otherPartsAreRefusedAndOtherSamplesNotCounted() throws {
    let given = try predictions(
      ["a", "b"],
      [("0", .train, "a", [1, 0]), ("1", .test, "b", [0, 1]), ("2", .test, "b", [1, 0])])
    let error = #expect(throws: StageError.self) {
      try evaluate(given, try split([("0", .test), ("1", .test)]))
    }
    #expect(
      error?.reason == "sample 0 is in the test set of the split, but its prediction was made as "
        + "one of the train set")
    let outcome = try evaluate(given, try split([("1", .test), ("5", .train), ("6", .test)]))
    #expect(outcome.metrics["test/samples"] == 1 && outcome.metrics["test/accuracy"] == 1)
    #expect(
      outcome.events.warnings.prefix(2) == [
        "2 of 3 samples of the split have no prediction: not counted",
        "2 of 3 predictions are of samples that the split does not have: not counted",
      ])
  }

  @Test func nothingToEvaluateIsAnError() throws {
    let split = try split([("0", .test)])
    let model = try harness.artifact("model", [("model.json", Array("{}".utf8))])
    for inputs in [["split": [split]], ["split": [split], "model": [model]]] {
      let error = #expect(throws: StageError.self) {
        try harness.run("evaluate", inputs: inputs)
      }
      #expect(error?.reason.contains("neither 'predictions' nor both 'model' and 'images'") == true)
    }
  }

  /// With both, the model is not read: this one is damaged.
  @Test func predictionsPrecedeTheModel() throws {
    let given = try predictions(
      ["a", "b"], [("0", .test, "a", [1, 0]), ("1", .test, "b", [0, 1])])
    let damaged = try harness.artifact("damaged", [("model.json", Array("{".utf8))])
    let split = try split([("0", .test), ("1", .test)])
    let outcome = try harness.run(
      "evaluate",
      inputs: ["predictions": [given], "model": [damaged], "split": [split]])
    #expect(outcome.digests == (try evaluate(given, split)).digests)
  }

  @Test("images give the sources of predicted samples, and nothing else is read of them")
  func imagesGiveSources() throws {
    let given = try predictions(
      ["a", "b"], [("0", .test, "a", [1, 0]), ("1", .test, "b", [0, 1])])
    let split = try split([("0", .test), ("1", .test)])
    let alone = try evaluate(given, split)
    #expect(alone["metrics"].files[SourcesFormat.file] == nil)
    #expect(
      alone.events.log == [
        "the sources of the samples are unknown: connect 'images' for scores by source"
      ])
    let samples = CSVTable(
      columns: SamplesFormat.columns,
      rows: [["0", "pbc", "a", "a", ""], ["1", "c-nmc", "b", "b", ""], ["2", "x", "b", "b", ""]])
    let images = try harness.artifact("images", [(SamplesFormat.file, samples.bytes)])
    let outcome = try harness.run(
      "evaluate", inputs: ["predictions": [given], "images": [images], "split": [split]])
    let sources = try outcome.table("metrics", SourcesFormat.file)
    #expect(sources.rows.map { $0[1] } == ["c-nmc", "pbc"])
    #expect(outcome["predictions"].digest == alone["predictions"].digest)
    #expect(outcome.metrics == alone.metrics && outcome.events.log.isEmpty)
  }

  @Test("groups of the split are resampled as wholes, and few of them warned of")
  func groupsOfTheSplit() throws {
    let ids = (0..<12).map { String(10 + $0) }
    let given = try predictions(
      ["a", "b"],
      ids.enumerated().map { index, id in
        (
          id, .test, index % 2 == 0 ? "a" : "b",
          index % 3 == 0 ? [0, 1] : [1, Float(index % 2) * 2]
        )
      })
    let parts = ids.map { (id: $0, part: Part.test) }
    let alone = try evaluate(given, try split(parts))
    let grouped = try evaluate(given, try split(parts) { String($0.suffix(1)) })
    #expect(alone["metrics"].files[GroupsFormat.file] == nil)
    // The ids 10 and 20, and 11 and 21, share a digit.
    #expect(try grouped.table("metrics", GroupsFormat.file).rows.count == 10)
    func groups(_ outcome: StageOutcome) throws -> Set<String> {
      Set(try outcome.table("metrics", IntervalsFormat.file).rows.map { $0[8] })
    }
    #expect(try groups(alone) == ["", "12"] && groups(grouped) == ["", "10"])
    #expect(grouped.metrics["test/macro-f1"] == alone.metrics["test/macro-f1"])
    #expect(!grouped.events.warnings.contains { $0.contains("groups") })
    #expect(grouped.events.log.last?.contains("several samples per group") == true)
    #expect(!alone.events.log.contains { $0.contains("several samples per group") })
    let few = try evaluate(given, try split(parts) { String($0.prefix(1)) })
    #expect(
      few.events.warnings.last
        == "test has samples of 2 groups: intervals by bootstrap are too narrow with fewer than 10")
    #expect(few.metrics["test/accuracy-low"] == alone.metrics["test/accuracy-low"])
  }

  @Test("samples of parts that are not asked for need no prediction")
  func partsNeedNoPredictions() throws {
    let given = try predictions(
      ["a", "b"], [("0", .test, "a", [1, 0]), ("1", .test, "b", [0, 1])])
    let split = try split([("0", .test), ("1", .test), ("2", .train)])
    let outcome = try evaluate(given, split, ["parts": ["test"]])
    #expect(outcome.events.warnings.isEmpty)
    #expect(outcome.metrics["test/samples"] == 2)
  }
}
