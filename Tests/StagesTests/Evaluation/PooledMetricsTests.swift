import PipelineDSL
import Testing

@testable import Stages

@Suite struct PooledMetricsTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// `pooled.json`: results of scikit-learn; see `pooled.py`.
  private struct Reference: Decodable {
    struct Fold: Decodable {
      let truths: [Int]
      let logits: [[Float]]
    }

    let classes: [String]
    let folds: [Fold]
    let meanAUC, pooledAUC: Double
    let auc: [Double]
    let accuracy, macroF1, weightedF1, loss: Double
  }

  private func reference() throws -> Reference {
    try Fixture.json("evaluation/pooled.json", as: Reference.self)
  }

  /// The predictions of a fold; ids begin with `prefix`, and one training sample is in every fold.
  private func predictions(
    _ fold: Reference.Fold, _ classes: [String], _ prefix: String,
    _ coordinates: [String: JSONValue]
  ) throws -> InputArtifact {
    let rows = zip(fold.truths, fold.logits).enumerated().map { index, row in
      ("\(prefix)-\(index)", "test", classes[row.0], row.1)
    }
    let train = [("kept", "train", classes[0], [Float](repeating: 0, count: classes.count))]
    let table = CSVTable(
      columns: PredictionsFormat.columns + classes.map(PredictionsFormat.probabilityColumn)
        + classes.map(PredictionsFormat.logitColumn),
      rows: (train + rows).map { id, part, label, logits in
        [id, part, label, label] + classes.map { _ in "0" } + logits.map { String($0) }
      })
    return try harness.artifact(
      "\(prefix)-\(coordinates.count)", [("predictions.csv", table.bytes)],
      coordinates: coordinates)
  }

  private func folds(_ model: JSONValue? = nil, same: Bool = false) throws -> [InputArtifact] {
    let reference = try reference()
    return try reference.folds.enumerated().map { index, fold in
      var coordinates: [String: JSONValue] = ["fold": .integer(index + 1)]
      coordinates["model"] = model
      return try predictions(
        fold, reference.classes, same && index > 0 ? "f0" : "f\(index)", coordinates)
    }
  }

  @Test("pooled metrics agree with scikit-learn")
  func agreesWithScikitLearn() throws {
    let reference = try reference()
    let pooled = try PooledMetrics(folds(), repeats: "fold", confidence: 0.95)
    let numbers = pooled.numbers
    #expect(isNear(numbers["pooled/macro-auc"] ?? -1, reference.pooledAUC))
    #expect(isNear(numbers["mean/test/macro-auc"] ?? -1, reference.meanAUC))
    #expect(numbers["pooled/samples"] == 60)
    #expect(isNear(numbers["pooled/accuracy"] ?? -1, reference.accuracy))
    #expect(isNear(numbers["pooled/macro-f1"] ?? -1, reference.macroF1))
    #expect(isNear(numbers["pooled/weighted-f1"] ?? -1, reference.weightedF1))
    #expect(isNear(numbers["pooled/loss"] ?? -1, reference.loss))
    for (name, area) in zip(reference.classes, reference.auc) {
      #expect(isNear(numbers["pooled/auc/\(name)"] ?? -1, area))
    }
    #expect(reference.pooledAUC < reference.meanAUC, "the folds' scores are not on one scale")
  }

  @Test("the mean of the folds leads, and the pooled AUC is marked as biased")
  func columns() throws {
    let pooled = try PooledMetrics(
      try folds("a") + folds("b"), repeats: "fold", confidence: 0.95)
    #expect(
      pooled.table.columns.prefix(7) == [
        "model", "n", "samples", "mean/test/macro-auc", "low/test/macro-auc",
        "high/test/macro-auc", "pooled/macro-auc (biased)",
      ])
    let rows = pooled.table.rows.map { Array($0.prefix(3)) }
    #expect(rows == [["a", "3", "60"], ["b", "3", "60"]])
    let areas = ["a", "b"].map { pooled.numbers["model=\($0)/pooled/macro-auc"] }
    #expect(areas[0] != nil && areas[0] == areas[1])
    #expect(pooled.numbers["pooled/macro-auc"] == nil)
  }

  @Test("samples that are tested twice are refused")
  func repeatedSamples() throws {
    let same = try folds(same: true)
    let failure = #expect(throws: StageError.self) {
      try PooledMetrics(same, repeats: "fold", confidence: 0.95)
    }
    #expect(failure?.reason.contains("in the test part of fold=1 and of fold=2") == true)
    #expect(failure?.hint?.contains("axis of folds") == true)
  }

  @Test("folds of other classes, other axes, or without test samples are refused")
  func refused() throws {
    let reference = try reference()
    func failure(_ artifacts: [InputArtifact]) -> String? {
      let error = #expect(throws: StageError.self) {
        try PooledMetrics(artifacts, repeats: "fold", confidence: 0.95)
      }
      return error?.reason
    }
    #expect(failure([])?.contains("nothing is connected to input 'predictions'") == true)
    let first = try predictions(reference.folds[0], reference.classes, "a", ["fold": 1])
    let others = try predictions(reference.folds[1], ["ALL", "AML", "CLL"], "b", ["fold": 2])
    #expect(failure([first, others])?.contains("fold=2 knows the classes ALL, AML, CLL") == true)
    let apart = try predictions(reference.folds[1], reference.classes, "c", [:])
    #expect(failure([first, apart])?.contains("do not vary along 'fold'") == true)
    let empty = try predictions(
      .init(truths: [], logits: []), reference.classes, "d", ["fold": 3])
    #expect(failure([first, empty])?.contains("fold=3 has no predictions of test samples") == true)
  }

  @Test("predictions are an input of compare only with pool")
  func ports() throws {
    func inputs(_ with: JSONObject) throws -> [String] {
      try #require(StageCatalogue.all["compare"]).resolve(with).ports.inputs.map(\.name)
    }
    #expect(try inputs(["repeats": "fold"]) == ["metrics"])
    #expect(try inputs(["repeats": "fold", "pool": true]) == ["metrics", "predictions"])
    #expect(throws: ParameterErrors.self) { try inputs(["pool": true]) }
  }

  @Test("compare writes pooled.csv beside its other tables")
  func stage() throws {
    let metrics = try (1...3).map { fold in
      try harness.artifact(
        "scores-\(fold)",
        [("metrics.json", MetricsFile.bytes(of: ["test/macro-f1": Double(fold) / 4]))],
        coordinates: ["fold": .integer(fold)])
    }
    let outcome = try harness.run(
      "compare", ["metrics": ["test/macro-f1"], "repeats": "fold", "pool": true],
      inputs: ["metrics": metrics, "predictions": try folds()])
    #expect(try outcome.table("metrics", "pooled.csv").rows.count == 1)
    #expect(outcome.metrics["mean/test/macro-f1"] == 0.5)
    #expect(outcome.metrics["pooled/samples"] == 60)
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
  }
}
