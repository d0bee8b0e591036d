import PipelineDSL
import Testing

@testable import Stages

@Suite struct CompareTests {
  private let harness: StageHarness

  init() throws { harness = try StageHarness() }

  private func metrics(
    _ accuracy: Double, _ coordinates: [String: JSONValue] = [:], _ name: String = "scores"
  ) throws -> InputArtifact {
    try harness.artifact(
      "\(name)-\(accuracy)",
      [
        (
          "metrics.json",
          MetricsFile.bytes(of: [
            "test/accuracy": accuracy, "test/macro-f1": accuracy / 2, "test/loss": 1,
          ])
        )
      ], coordinates: coordinates)
  }

  @Test func repeatsAreSummarised() throws {
    let outcome = try harness.run(
      "compare", ["repeats": "seed"],
      inputs: [
        "metrics": [
          try metrics(0.5, ["backbone": ["name": "cnn", "size": 64], "seed": 1]),
          try metrics(0.75, ["backbone": ["name": "cnn", "size": 64], "seed": 2]),
          try metrics(0.25, ["backbone": ["name": "vgg16", "size": 64], "seed": 1]),
        ]
      ])
    let table = try outcome.table("metrics", "comparison.csv")
    #expect(
      table.columns == ["backbone", "seed", "test/accuracy", "test/macro-f1", "test/loss"])
    #expect(table.rows.map { $0[0] + $0[1] } == ["cnn1", "cnn2", "vgg161"])
    let summary = try outcome.table("metrics", "summary.csv")
    #expect(summary.rows.map { $0[1] } == ["2", "1"])
    #expect(summary.rows[1][3] == "", "one value has no deviation")
    #expect(outcome.metrics["backbone=cnn/mean/test/accuracy"] == 0.625)
    #expect(outcome.metrics["mean/test/accuracy"] == nil, "no mean over different backbones")
    #expect(summary.columns.suffix(2) == ["low/test/loss", "high/test/loss"])
    #expect(summary.rows[0].suffix(4) == ["1", "0", "1", "1"])
    #expect(outcome.metrics["backbone=cnn/low/test/accuracy"] == -0.963275592022)
    #expect(outcome.metrics["backbone=vgg16/high/test/accuracy"] == nil, "one value")
    #expect(
      try MetricsFile.read(outcome["metrics"]) == outcome.metrics, "what is recorded is written")
    #expect(outcome.digests == ["metrics": "1dcb15bcd4ab"])
  }

  @Test func inputsWithoutCoordinatesAreNumbered() throws {
    let outcome = try harness.run(
      "compare", ["metrics": ["test/loss"]],
      inputs: ["metrics": [try metrics(0.5), try metrics(0.25)]])
    #expect(try outcome.table("metrics", "comparison.csv").rows == [["1", "1"], ["2", "1"]])
    #expect(outcome["metrics"].files["summary.csv"] == nil)
  }

  @Test func missingMetricSuggestsTheNearest() throws {
    let inputs = ["metrics": [try metrics(0.5, ["seed": 3])]]
    let failure = #expect(throws: StageError.self) {
      try harness.run("compare", ["metrics": ["test/acuracy"]], inputs: inputs)
    }
    #expect(failure?.reason.contains("seed=3' have no 'test/acuracy'") == true)
    #expect(failure?.hint == "did you mean 'test/accuracy'?")
  }

  @Test func repeatsMustBeAnAxis() throws {
    let inputs = ["metrics": [try metrics(0.5, ["seed": 3])]]
    let failure = #expect(throws: StageError.self) {
      try harness.run("compare", ["repeats": "sed"], inputs: inputs)
    }
    #expect(failure?.hint == "did you mean 'seed'?")
  }

  /// Two backbones at two learning rates, two seeds each; validation and test disagree.
  private func grid() throws -> [String: [InputArtifact]] {
    let cells: [(backbone: String, rate: Double, seed: Int, validation: Double, test: Double)] = [
      ("cnn", 0.1, 1, 0.5, 0.9), ("cnn", 0.1, 2, 0.5, 0.8), ("cnn", 0.2, 1, 0.75, 0.5),
      ("cnn", 0.2, 2, 0.5, 0.25), ("vgg16", 0.1, 1, 0.25, 0.3), ("vgg16", 0.1, 2, 0.25, 0.4),
      ("vgg16", 0.2, 1, 0.25, 0.7), ("vgg16", 0.2, 2, 0.125, 0.6),
    ]
    let artifacts = try cells.enumerated().map { index, cell in
      let metrics = [
        "validation/macro-f1": cell.validation, "validation/loss": 1 - cell.validation,
        "test/macro-f1": cell.test,
      ]
      return try harness.artifact(
        "cell-\(index)", [("metrics.json", MetricsFile.bytes(of: metrics))],
        coordinates: [
          "backbone": .string(cell.backbone), "rate": .number(cell.rate),
          "seed": .integer(cell.seed),
        ])
    }
    return ["metrics": artifacts]
  }

  @Test func choosesByValidationWithinEachCombinationOfTheOtherAxes() throws {
    let outcome = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1"], "repeats": "seed", "select": "validation/macro-f1",
        "select-over": ["rate"],
      ], inputs: try grid())
    let table = try outcome.table("metrics", "comparison.csv")
    #expect(
      table.columns == [
        "backbone", "rate", "seed", "selected", "validation/macro-f1", "test/macro-f1",
      ])
    #expect(table.rows.map { $0[3] } == ["no", "no", "yes", "yes", "yes", "yes", "no", "no"])
    let summary = try outcome.table("metrics", "summary.csv")
    #expect(summary.columns.prefix(4) == ["backbone", "rate", "selected", "n"])
    #expect(summary.rows.map { $0[2] } == ["no", "yes", "yes", "no"])
    // The test metrics of the choice, although another cell has higher ones.
    #expect(outcome.metrics["selected/backbone=cnn/mean/test/macro-f1"] == 0.375)
    #expect(outcome.metrics["selected/backbone=cnn/n"] == 2)
    #expect(outcome.metrics["selected/backbone=vgg16/mean/validation/macro-f1"] == 0.25)
    #expect(isNear(outcome.metrics["backbone=cnn,rate=0.1/mean/test/macro-f1"] ?? 0, 0.85))
    #expect(
      outcome.events.log == [
        "chosen by validation/macro-f1: backbone=cnn,rate=0.2",
        "chosen by validation/macro-f1: backbone=vgg16,rate=0.1",
      ])
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
  }

  @Test func allAxesButRepeatsCompeteByDefault() throws {
    let mean = try harness.run(
      "compare",
      ["metrics": ["test/macro-f1"], "repeats": "seed", "select": "validation/macro-f1"],
      inputs: try grid())
    #expect(mean.metrics["selected/mean/test/macro-f1"] == 0.375)
    #expect(
      try mean.table("metrics", "comparison.csv").rows.map { $0[3] }.count { $0 == "yes" } == 2)
    let single = try harness.run(
      "compare", ["metrics": ["test/macro-f1", "validation/loss"], "select": "validation/loss"],
      inputs: try grid())
    let table = try single.table("metrics", "comparison.csv")
    #expect(table.columns.suffix(3) == ["selected", "test/macro-f1", "validation/loss"])
    #expect(table.rows.map { $0[3] } == ["no", "no", "yes", "no", "no", "no", "no", "no"])
    #expect(single.metrics["selected/test/macro-f1"] == 0.5, "the lowest loss is the best")
    #expect(single.metrics["selected/n"] == nil)
  }

  @Test func equalScoresChooseTheFirst() throws {
    let outcome = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1"], "select": "validation/macro-f1",
        "select-over": ["seed", "rate"],
      ], inputs: try grid())
    #expect(outcome.metrics["selected/backbone=vgg16/test/macro-f1"] == 0.3)
  }

  @Test func choicesThatCannotBeMadeAreRefused() throws {
    let inputs = try grid()
    func failure(_ with: JSONObject) -> StageError? {
      #expect(throws: StageError.self) { try harness.run("compare", with, inputs: inputs) }
    }
    let metrics: JSONValue = ["test/macro-f1"]
    let unknown = failure(["metrics": metrics, "select": "validation/macro-f2"])
    #expect(unknown?.reason.contains("have no 'validation/macro-f2'") == true)
    #expect(unknown?.hint == "did you mean 'validation/macro-f1'?")
    let axis = failure(["metrics": metrics, "select": "validation/loss", "select-over": ["rat"]])
    #expect(axis?.reason.hasPrefix("'select-over' names 'rat'") == true)
    #expect(axis?.hint == "did you mean 'rate'?")
    let twice = (inputs["metrics"] ?? []) + (inputs["metrics"] ?? [])
    let equal = #expect(throws: StageError.self) {
      try harness.run(
        "compare", ["metrics": metrics, "select": "validation/loss"], inputs: ["metrics": twice])
    }
    #expect(equal?.reason.contains("same coordinates") == true)
    let conflicts: [JSONObject] = [
      ["select": "test/macro-f1"], ["select": "best/test/loss"], ["select-over": ["rate"]],
      ["select": "validation/loss", "select-over": ["seed"], "repeats": "seed"],
    ]
    for with in conflicts {
      #expect(throws: ParameterErrors.self, "\(with)") {
        try harness.run("compare", with, inputs: inputs)
      }
    }
  }

  @Test("other cells are tested against a baseline")
  func baseline() throws {
    let outcome = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1", "validation/loss"], "repeats": "seed", "confidence": 0.9,
        "baseline": ["backbone": "cnn", "rate": 0.1],
      ], inputs: try grid())
    let paired = try outcome.table("metrics", "paired.csv")
    #expect(paired.rows.count == 6, "three groups, two metrics")
    #expect(
      paired.rows[0].prefix(6) == [
        "cnn", "0.2", "backbone=cnn,rate=0.1", "test/macro-f1", "2", "-0.475",
      ])
    // -0.475 with a standard error of 0.075 and one degree of freedom.
    let p = try paired.column("p")
    #expect(isNear(Double(paired.rows[0][p]) ?? 0, 0.0997, 1e-4))
    let adjusted = try paired.column("p-adjusted")
    #expect(isNear(Double(paired.rows[0][adjusted]) ?? 0, 2 * 0.0997, 3e-4), "the smaller of two")
    #expect(paired.rows[0].last == "no-difference")
    #expect(
      outcome.metrics["backbone=cnn,rate=0.2/p-adjusted/test/macro-f1"]
        == Double(paired.rows[0][adjusted]))
    #expect(outcome.metrics["backbone=cnn,rate=0.2/difference/test/macro-f1"] == -0.475)
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
    let text = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1", "validation/loss"], "repeats": "seed", "confidence": 0.9,
        "baseline": "backbone=cnn,rate=0.1",
      ], inputs: try grid())
    #expect(text.digests == outcome.digests)
  }

  @Test("baselines that are not among the cells are refused")
  func baselinesAreChecked() throws {
    let inputs = try grid()
    func failure(_ baseline: JSONValue) -> StageError? {
      #expect(throws: StageError.self) {
        try harness.run(
          "compare",
          ["metrics": ["test/macro-f1"], "repeats": "seed", "baseline": baseline], inputs: inputs)
      }
    }
    #expect(failure(["backbon": "cnn"])?.hint == "did you mean 'backbone'?")
    #expect(failure(["backbone": "cn", "rate": 0.1])?.hint == "did you mean 'backbone=cnn'?")
    #expect(failure(["rate": 0.1])?.reason.contains("which 2 groups of repeats have") == true)
    let conflicts: [JSONObject] = [
      ["baseline": "backbone=cnn"], ["baseline": "seed=1", "repeats": "seed"],
      ["baseline": 3, "repeats": "seed"], ["confidence": 1, "repeats": "seed"],
    ]
    for with in conflicts {
      #expect(throws: ParameterErrors.self, "\(with)") {
        try harness.run("compare", with, inputs: inputs)
      }
    }
  }

  @Test("test, correction and the Bayesian test are chosen by name")
  func testsAreChosen() throws {
    func table(_ with: JSONObject) throws -> CSVTable {
      var all: JSONObject = [
        "metrics": ["test/macro-f1"], "repeats": "seed", "baseline": "backbone=cnn,rate=0.1",
      ]
      for member in with.members { all[member.name] = member.value }
      return try harness.run("compare", all, inputs: try grid()).table("metrics", "paired.csv")
    }
    let plain = try table([:])
    let (p, adjusted) = (try plain.column("p"), try plain.column("p-adjusted"))
    let test = try plain.column("test")
    #expect(plain.rows.map { $0[test] } == ["t", "t", "t"])
    let corrected = try table(["test": "corrected-t", "test-train-ratio": 0.5])
    #expect(corrected.rows[0][test] == "corrected-t")
    #expect((Double(corrected.rows[0][p]) ?? 0) > (Double(plain.rows[0][p]) ?? 1))
    let ranks = try table(["test": "wilcoxon"])
    #expect(ranks.rows.map { $0[p] } == ["0.5", "0.5", "0.5"], "two of four signs")
    let none = try table(["correction": "none"])
    #expect(none.rows.allSatisfy { $0[p] == $0[adjusted] })
    let bonferroni = try table(["correction": "bonferroni"])
    #expect(
      isNear(Double(bonferroni.rows[0][adjusted]) ?? 0, 2 * (Double(none.rows[0][p]) ?? 0)),
      "the third row has equal differences, so that two are tested")
    let bayes = try table(["bayes": true, "rope": 0.02])
    #expect(bayes.columns.suffix(3) == PracticalEquivalence.columns[...])
    let probabilities = bayes.rows[0].suffix(3).compactMap(Double.init)
    #expect(isNear(probabilities.reduce(0, +), 1))
    #expect(probabilities[0] > 0.8, "0.475 lower")
  }

  @Test(
    "the corrected t-test takes the sizes of the parts from the metrics, else it needs the ratio")
  func ratioOfParts() throws {
    func inputs(_ train: Double?) throws -> [String: [InputArtifact]] {
      let values = [("a", 1, 0.5), ("a", 2, 0.7), ("b", 1, 0.6), ("b", 2, 0.9)]
      return [
        "metrics": try values.map { model, fold, score in
          var metrics = ["test/macro-f1": score, "test/samples": 25]
          metrics["train/samples"] = train
          return try harness.artifact(
            "\(model)-\(fold)-\(train ?? 0)", [("metrics.json", MetricsFile.bytes(of: metrics))],
            coordinates: ["model": .string(model), "fold": .integer(fold)])
        }
      ]
    }
    func run(_ train: Double?, _ ratio: Double?) throws -> StageOutcome {
      var with: JSONObject = [
        "metrics": ["test/macro-f1"], "repeats": "fold", "baseline": "model=a",
        "test": "corrected-t",
      ]
      if let ratio { with["test-train-ratio"] = .number(ratio) }
      return try harness.run("compare", with, inputs: try inputs(train))
    }
    let derived = try run(100, nil)
    #expect(derived.digests == (try run(nil, 0.25)).digests)
    let both = try run(100, 0.5)
    #expect(both.digests == derived.digests)
    #expect(both.events.warnings.count == 1)
    #expect(both.events.warnings.first?.contains("the metrics give 0.25") == true)
    let failure = #expect(throws: StageError.self) { try run(nil, nil) }
    #expect(failure?.reason.contains("model=b and model=a") == true)
    #expect(failure?.hint?.contains("set 'test-train-ratio'") == true)
  }

  @Test("an axis is ranked over all others")
  func ranks() throws {
    let outcome = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1", "validation/loss"], "repeats": "seed", "ranks": "backbone",
      ], inputs: try grid())
    let ranks = try outcome.table("metrics", "ranks.csv")
    #expect(ranks.columns.prefix(3) == ["metric", "backbone", "blocks"])
    // cnn is better at the first rate, vgg16 at the second: two of four blocks each.
    #expect(ranks.rows.map { $0[3] } == ["1.5", "1.5", "1", "2"])
    #expect(ranks.rows.map { $0[2] } == ["4", "4", "4", "4"])
    let pairs = try outcome.table("metrics", "pairs.csv")
    #expect(pairs.rows.map(\.last) == ["no-difference", "no-difference"])
    #expect(outcome.metrics["ranks/validation/loss/backbone=cnn"] == 1)
    #expect(outcome.metrics["ranks/validation/loss/blocks"] == 4)
    #expect((outcome.metrics["ranks/validation/loss/permutation-p"] ?? 0) > 0.1, "1 of 8 at least")
    let svg = try outcome.text("metrics", "critical-difference.svg")
    #expect(svg.contains("<title>Mean ranks of backbone by test/macro-f1, validation/loss</title>"))
    #expect(outcome.events.warnings.isEmpty)
    #expect(try MetricsFile.read(outcome["metrics"]) == outcome.metrics)
    let wilcoxon = try harness.run(
      "compare",
      [
        "metrics": ["test/macro-f1"], "ranks": "backbone", "posthoc": "wilcoxon-holm",
        "bayes": true,
      ], inputs: try grid()
    ).table("metrics", "pairs.csv")
    #expect(wilcoxon.columns.suffix(3) == PracticalEquivalence.columns[...])
    let test = try wilcoxon.column("test")
    #expect(wilcoxon.rows.map { $0[test] } == ["wilcoxon-holm"])
  }

  @Test("settings of tests that are not made are refused")
  func testConflicts() throws {
    let inputs = try grid()
    let conflicts: [JSONObject] = [
      ["test": "wilcoxon"], ["test": "wilcoxon", "repeats": "seed"],
      ["test-train-ratio": 0.1, "repeats": "seed", "baseline": "backbone=cnn"],
      ["test": "sign", "repeats": "seed", "baseline": "backbone=cnn"],
      ["pairs": "samples"], ["posthoc": "wilcoxon-holm"], ["bayes": true],
      ["ranks": "seed", "repeats": "seed"], ["correction": "hommel"], ["rope": -1],
    ]
    for with in conflicts {
      #expect(throws: ParameterErrors.self, "\(with)") {
        try harness.run("compare", with, inputs: inputs)
      }
    }
    let axis = #expect(throws: StageError.self) {
      try harness.run(
        "compare", ["metrics": ["test/macro-f1"], "ranks": "backbon"], inputs: inputs)
    }
    #expect(axis?.hint == "did you mean 'backbone'?")
    let samples = #expect(throws: StageError.self) {
      try harness.run(
        "compare",
        [
          "metrics": ["test/macro-f1"], "repeats": "seed", "pairs": "samples",
          "baseline": "backbone=cnn,rate=0.1",
        ], inputs: inputs)
    }
    #expect(samples?.reason.contains("nothing is connected to input 'predictions'") == true)
  }

  @Test("numbers that overflow are left out")
  func overflow() throws {
    let inputs = try [1e308, 1.5e308].enumerated().map { index, value in
      try harness.artifact(
        "huge-\(index)", [("metrics.json", MetricsFile.bytes(of: ["x": value]))],
        coordinates: ["seed": .integer(index)])
    }
    let outcome = try harness.run(
      "compare", ["metrics": ["x"], "repeats": "seed"], inputs: ["metrics": inputs])
    #expect(try outcome.table("metrics", "summary.csv").rows == [["2", "", "", "", ""]])
    #expect(outcome.metrics == ["n": 2])
  }

  @Test func emptyComparisonsAreRefused() {
    #expect(throws: ParameterErrors.self) { try harness.run("compare", ["metrics": []]) }
    #expect(throws: ParameterErrors.self) {
      try harness.run("compare", ["metrics": ["test/loss", "test/loss"]])
    }
    #expect(throws: StageError.self) { try harness.run("compare") }
  }
}
