import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct EvaluateTests {
  private let harness: StageHarness
  private let samples = ["ALL", "AML", "ALL", "AML", "CLL", "ALL"].enumerated().map {
    Sample(id: "id\($0)", source: "s", nativeLabel: $1, label: $1, group: "")
  }

  init() throws { harness = try StageHarness() }

  private func evaluate(
    parts: [(Part, [Int])], classes: [String] = ["ALL", "AML", "CLL"],
    with parameters: Evaluate.Parameters = Evaluate.Parameters(),
    _ predict: @escaping ([Int]) -> [[Float]]
  ) throws -> StageOutcome {
    try harness.run("evaluate") { _, context in
      try Evaluate(parameters).evaluate(
        parts: parts, samples: samples, classes: classes, context: context, predict: predict)
    }
  }

  /// Predicts the first class at even indices, and the second at odd ones.
  private static func oddAndEven(_ indices: [Int]) -> [[Float]] {
    indices.map { $0 % 2 == 0 ? [1.5, 0.1, -20] : [-0.3, 0.5, 1e-8] }
  }

  @Test func writesAndRecordsEachPart() throws {
    let outcome = try evaluate(
      parts: [(.train, [0, 1, 4]), (.validation, []), (.test, [2, 3, 5])], Self.oddAndEven)
    #expect(outcome.metrics["train/accuracy"] == 2.0 / 3)
    #expect(outcome.metrics["test/sensitivity/ALL"] == 0.5)
    #expect(outcome.metrics["test/specificity/ALL"] == 1)
    #expect(outcome.metrics["test/samples"] == 3)
    #expect(isNear(outcome.metrics["test/macro-f1"] ?? 0, 4.0 / 9))
    #expect(isNear(outcome.metrics["test/macro-f1-present"] ?? 0, 2.0 / 3))
    #expect(outcome.metrics["validation/accuracy"] == nil)
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
    #expect(
      outcome.events.warnings == [
        "validation has no samples: it has no metrics",
        "test has no samples of CLL: their sensitivity and F1 count as 0 in the macro means, "
          + "except in macro-f1-present, and they have no AUC",
      ])
    #expect(
      try outcome.text("metrics", "confusion_test.csv")
        == "true,ALL,AML,CLL\nALL,1,1,0\nAML,0,1,0\nCLL,0,0,0\n")
    #expect(
      try outcome.text("predictions", "predictions.csv").split(separator: "\n").prefix(2) == [
        "id,part,label,predicted,p_ALL,p_AML,p_CLL,logit_ALL,logit_AML,logit_CLL",
        "id0,train,ALL,ALL,0.802184,0.197816,0.000000,1.5,0.1,-20.0",
      ])
    let table = try outcome.table("metrics", "classes.csv")
    #expect(table.rows.count == 6)
    #expect(table.rows[5].prefix(3) == ["test", "CLL", "0"] && table.rows[5][7] == "")
    #expect(outcome["metrics"].files["confusion_validation.csv"] == nil)
    #expect(Evaluate.revision == 4)
    #expect(outcome.digests == ["metrics": "06fbcac789a3", "predictions": "71db7a7e6ef4"])
  }

  @Test("each part has tables of intervals, calibration and curves")
  func writesUncertainty() throws {
    let outcome = try evaluate(
      parts: [(.train, [0, 1, 4]), (.validation, []), (.test, [2, 3, 5])], Self.oddAndEven)
    #expect(
      outcome["metrics"].files.keys.sorted() == [
        "calibration_test.csv", "calibration_train.csv", "classes.csv", "confusion_test.csv",
        "confusion_train.csv", "intervals.csv", "metrics.json", "precision-recall_test.csv",
        "precision-recall_train.csv", "risk-coverage_test.csv", "risk-coverage_train.csv",
        "roc_test.csv", "roc_train.csv", "sources.csv",
      ])
    #expect(isNear(outcome.metrics["test/accuracy-low"] ?? 0, 0.207659600802))
    #expect(isNear(outcome.metrics["test/accuracy-high"] ?? 0, 0.93850805528))
    #expect((outcome.metrics["test/ece"] ?? 2) < 1 && outcome.metrics["test/aurc"] != nil)
    let intervals = try outcome.table("metrics", IntervalsFormat.file)
    #expect(Set(intervals.rows.map { $0[0] }) == ["train", "test"])
    #expect(
      Set(intervals.rows.map { $0[1] }) == [
        "overall", "class:ALL", "class:AML", "class:CLL", "source:s",
      ])
    let sources = try outcome.table("metrics", SourcesFormat.file)
    #expect(sources.rows.map { $0.prefix(3) } == [["train", "s", "3"], ["test", "s", "3"]])
  }

  @Test("parts that are not asked for are neither predicted nor reported")
  func evaluatesTheGivenParts() throws {
    var parameters = Evaluate.Parameters()
    parameters.parts = [.test]
    let outcome = try evaluate(
      parts: [(.train, [0, 1, 4]), (.validation, []), (.test, [2, 3])], with: parameters
    ) { indices in
      #expect(indices == [2, 3])
      return Self.oddAndEven(indices)
    }
    #expect(outcome.metrics.keys.allSatisfy { $0.hasPrefix("test/") })
    #expect(outcome["metrics"].files["confusion_train.csv"] == nil)
    #expect(try outcome.table("predictions", "predictions.csv").rows.count == 2)
    #expect(!outcome.events.warnings.contains { $0.contains("validation") })
    let failure = #expect(throws: StageError.self) {
      try evaluate(parts: [(.train, [0]), (.test, [])], with: parameters, Self.oddAndEven)
    }
    #expect(failure?.reason == "the split has none of the images in test")
  }

  @Test func unknownLabelsAreReported() {
    let failure = #expect(throws: StageError.self) {
      try evaluate(parts: [(.test, [4])], classes: ["ALL", "AML"], Self.oddAndEven)
    }
    #expect(failure?.reason.contains("sample id4 is labelled 'CLL'") == true)
  }

  @Test func logitsReadBackAsTheSameNumbers() throws {
    let rows: [[Float]] = [
      [.leastNonzeroMagnitude, -.greatestFiniteMagnitude, 0.1], [1 / 3, -0.0, 16_777_216],
      [1e-7, 123_456.79, -.ulpOfOne],
    ]
    let outcome = try evaluate(parts: [(.test, [0, 1, 2])]) { indices in indices.map { rows[$0] } }
    let table = try outcome.table("predictions", "predictions.csv")
    let columns = try ["ALL", "AML", "CLL"].map { try table.column("logit_\($0)") }
    for (row, read) in zip(rows, table.rows) {
      #expect(columns.map { Float(read[$0])?.bitPattern } == row.map(\.bitPattern))
      #expect(columns.allSatisfy { read[$0].count <= 15 })
    }
  }

  /// Logits that differ where the written probabilities do not decide on the class.
  @Test func predictedClassHasTheLargestLogit() throws {
    let outcome = try evaluate(parts: [(.test, [1])]) { _ in [[1, 1.0000001, -90]] }
    let row = try outcome.table("predictions", "predictions.csv").rows[0]
    #expect(row[3] == "AML" && row[4] == row[5] && row[7] != row[8])
  }

  @Test func invalidLogitsAreRefused() {
    let failure = #expect(throws: StageError.self) {
      try evaluate(parts: [(.test, [0, 1])]) { $0.map { $0 == 1 ? [.nan, 0, 0] : [1, 0, 0] } }
    }
    #expect(failure?.reason.contains("non-finite numbers for sample id1") == true)
    #expect(throws: StageError.self) {
      try evaluate(parts: [(.test, [0, 1])]) { _ in [[1, 0, 0]] }
    }
  }

  @Test func emptySplitIsRefused() {
    #expect(throws: StageError.self) {
      try evaluate(parts: [(.train, []), (.test, [])], Self.oddAndEven)
    }
  }

  @Test func evaluatesATrainedModel() throws {
    let bench = try TrainingBench()
    var inputs = try bench.inputs()
    inputs["model"] = [
      try bench.train(
        inputs, ["epochs": 10, "batch": 12, "learning-rate": 0.003], state: bench.state("evaluate")
      ).model
    ]
    let outcome = try bench.harness.run("evaluate", inputs: inputs, threads: 2)
    #expect((outcome.metrics["test/accuracy"] ?? 0) > 0.9)
    #expect((outcome.metrics["train/macro-auc"] ?? 0) > 0.9)
    #expect(outcome.metrics["test/samples"] == 12)
    let predictions = try outcome.table("predictions", "predictions.csv")
    #expect(predictions.rows.count == 60)
    // The probabilities are those of the logits beside them.
    for row in predictions.rows {
      let logits = row.suffix(3).compactMap { Float($0) }
      let probabilities = CrossEntropy.softmax(logits, classes: 3)
      #expect(probabilities.map { decimal(Double($0), 6) } == Array(row[4..<7]))
    }
    let again = try bench.harness.run("evaluate", inputs: inputs, threads: 1)
    #expect(again.digests == outcome.digests)
  }
}
