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

  private func split(_ rows: [(id: String, part: Part)]) throws -> InputArtifact {
    let table = CSVTable(
      columns: SplitFormat.columns, rows: rows.map { [$0.id, $0.part.rawValue, "?", ""] })
    return try harness.artifact(
      "split-\(Digest.of(table.bytes).short)", [(SplitFormat.file, table.bytes)])
  }

  private func evaluate(
    _ predictions: InputArtifact, _ split: InputArtifact
  ) throws -> StageOutcome {
    try harness.run("evaluate", inputs: ["predictions": [predictions], "split": [split]])
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

  /// With both, neither the model nor the images are read: these are damaged.
  @Test func predictionsPrecedeTheModel() throws {
    let given = try predictions(
      ["a", "b"], [("0", .test, "a", [1, 0]), ("1", .test, "b", [0, 1])])
    let damaged = try harness.artifact("damaged", [("model.json", Array("{".utf8))])
    let split = try split([("0", .test), ("1", .test)])
    let outcome = try harness.run(
      "evaluate",
      inputs: [
        "predictions": [given], "model": [damaged], "images": [damaged], "split": [split],
      ])
    #expect(outcome.digests == (try evaluate(given, split)).digests)
  }
}
