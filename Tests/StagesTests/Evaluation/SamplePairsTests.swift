import PipelineDSL
import Testing

@testable import Stages

@Suite struct SamplePairsTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  /// The predictions of a model that has the first `right` of some test samples right.
  private func predictions(
    _ name: String, right: Int, of count: Int = 40, classes: [String] = ["ALL", "Healthy"],
    labels: [String]? = nil, prefix: String = "s", _ coordinates: [String: JSONValue]
  ) throws -> InputArtifact {
    let rows = (0..<count).map { index -> [String] in
      let label = labels?[index] ?? ["ALL", "Healthy"][index % 2]
      let truth = classes.firstIndex(of: label) ?? 0
      let predicted = index < right ? truth : 1 - truth
      return ["\(prefix)\(index)", "test", label, classes[predicted]]
        + classes.indices.map { $0 == predicted ? "1" : "0" }
        + classes.indices.map { $0 == predicted ? "2.5" : "-1" }
    }
    let train = ["kept", "train", "ALL", "ALL", "1", "0", "1", "0"]
    let table = CSVTable(
      columns: PredictionsFormat.columns + classes.map(PredictionsFormat.probabilityColumn)
        + classes.map(PredictionsFormat.logitColumn),
      rows: [train] + rows)
    return try harness.artifact(name, [("predictions.csv", table.bytes)], coordinates: coordinates)
  }

  private func pairs(
    _ artifacts: [InputArtifact], _ baseline: [String: String], repeats: String? = nil
  ) throws -> SamplePairs {
    var cell = BaselineCell()
    cell.values = baseline
    return try SamplePairs(
      artifacts, baseline: cell, repeats: repeats, correction: try .init(json: "holm"),
      confidence: 0.95)
  }

  @Test("each cell is compared with the baseline over the test samples")
  func compares() throws {
    let found = try pairs(
      [
        try predictions("a", right: 20, ["model": "a"]),
        try predictions("b", right: 32, ["model": "b"]),
        try predictions("c", right: 21, classes: ["Healthy", "ALL"], ["model": "c"]),
      ], ["model": "a"])
    let table = found.table
    #expect(
      table.columns == [
        "model", "baseline", "metric", "n", "only-baseline-right", "only-own-right", "of-baseline",
        "own", "difference", "low", "high", "p", "p-adjusted", "effect", "effect-size", "test",
        "verdict",
      ])
    #expect(table.rows.map { $0[2] } == ["accuracy", "macro-f1", "accuracy", "macro-f1"])
    let row = table.rows[0]
    #expect(row.prefix(9) == ["b", "model=a", "accuracy", "40", "0", "12", "0.5", "0.8", "0.3"])
    // 2 / 2^12, and twice that by Holm for two rows.
    #expect(row[11] == "0.00048828125" && row[12] == "0.0009765625")
    #expect(row.suffix(4) == ["odds-ratio", "", "mcnemar-exact", "higher"])
    #expect(table.rows[1].suffix(2) == ["bootstrap", "higher"])
    #expect(
      table.rows[2].suffix(2) == ["mcnemar-exact", "no-difference"], "other order of classes")
    #expect(table.rows[2][5] == "1")
    #expect(found.numbers["model=b/samples/p-adjusted/accuracy"] == 0.0009765625)
    #expect(found.warnings.isEmpty)
    #expect(
      try pairs(
        [
          try predictions("a2", right: 20, ["model": "a"]),
          try predictions("b2", right: 32, ["model": "b"]),
        ], ["model": "a"]
      ).table.rows[1]
        == table.rows[1].enumerated().map { index, field in
          index == 12 ? table.rows[1][11] : field
        }, "the same predictions give the same resamples")
  }

  @Test("repeats are compared with the baseline of the same repeat")
  func repeats() throws {
    let found = try pairs(
      [
        try predictions("a1", right: 20, prefix: "x", ["model": "a", "fold": 1]),
        try predictions("a2", right: 30, prefix: "y", ["model": "a", "fold": 2]),
        try predictions("b1", right: 22, prefix: "x", ["model": "b", "fold": 1]),
        try predictions("b2", right: 29, prefix: "y", ["model": "b", "fold": 2]),
        try predictions("b3", right: 29, prefix: "z", ["model": "b", "fold": 3]),
      ], ["model": "a"], repeats: "fold")
    #expect(found.table.columns.prefix(2) == ["fold", "model"])
    #expect(
      found.table.rows.map { $0[2] } == [
        "fold=1,model=a", "fold=1,model=a", "fold=2,model=a", "fold=2,model=a",
      ])
    #expect(
      found.warnings == [
        "fold=3,model=b has no baseline of the same repeat: its samples are not compared"
      ])
  }

  @Test("predictions that cannot be paired are refused, and single ones are left out")
  func refused() throws {
    let base = try predictions("a", right: 20, ["model": "a"])
    func failure(_ other: InputArtifact, _ baseline: String = "a") -> StageError? {
      #expect(throws: StageError.self) { try pairs([base, other], ["model": baseline]) }
    }
    let other = try predictions("o", right: 2, prefix: "t", ["model": "b"])
    #expect(failure(other)?.reason.contains("no test samples in common") == true)
    let classes = try predictions(
      "k", right: 2, classes: ["ALL", "AML"], labels: .init(repeating: "ALL", count: 40),
      ["model": "b"])
    #expect(failure(classes)?.hint == "compare models of the same classes")
    let labels = try predictions(
      "l", right: 2, labels: .init(repeating: "ALL", count: 40), ["model": "b"])
    #expect(failure(labels)?.reason.contains("is labelled 'ALL' for model=b") == true)
    #expect(failure(labels, "c")?.hint == "the predictions are of model=a; model=b")
    let more = try predictions("m", right: 2, of: 42, ["model": "b"])
    #expect(
      try pairs([base, more], ["model": "a"]).warnings == [
        "2 test samples of model=b or of the baseline are not of both: left out"
      ])
    #expect(throws: StageError.self) { try pairs([], ["model": "a"]) }
    let two = try [1, 2].map {
      try predictions("two\($0)", right: 2, ["model": "a", "seed": .integer($0)])
    }
    let several = #expect(throws: StageError.self) {
      try pairs(two + [try predictions("n", right: 3, ["model": "b", "seed": 1])], ["model": "a"])
    }
    #expect(several?.hint?.contains("or set 'repeats'") == true)
  }

  @Test("the stage pairs samples without repeats, and predictions then enter the key")
  func stage() throws {
    let predictions = [
      try predictions("a", right: 20, ["model": "a"]),
      try predictions("b", right: 32, ["model": "b"]),
    ]
    let metrics = try ["a", "b"].map { model in
      try harness.artifact(
        "metrics-\(model)", [("metrics.json", MetricsFile.bytes(of: ["f1": 0.5]))],
        coordinates: ["model": .string(model)])
    }
    let outcome = try harness.run(
      "compare",
      ["metrics": ["f1"], "pairs": "samples", "baseline": "model=a", "correction": "none"],
      inputs: ["metrics": metrics, "predictions": predictions])
    #expect(outcome["metrics"].files["paired.csv"] == nil, "there are no repeats")
    let table = try outcome.table("metrics", "paired-samples.csv")
    #expect(table.rows.map(\.last) == ["higher", "higher"])
    #expect(outcome.metrics["model=b/samples/p/accuracy"] == 0.00048828125)
    let kind = try #require(StageCatalogue.all["compare"])
    let plain = try kind.resolve(["metrics": ["f1"]]).ports.inputs.map(\.name)
    let paired = try kind.resolve(["pairs": "samples", "baseline": "model=a"]).ports.inputs
    #expect(plain == ["metrics"] && paired.map(\.name) == ["metrics", "predictions"])
  }
}
