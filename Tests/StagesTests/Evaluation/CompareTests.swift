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
    #expect(
      try MetricsFile.read(outcome["metrics"]) == outcome.metrics, "what is recorded is written")
    #expect(outcome.digests == ["metrics": "3ae2a9c29670"])
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

  @Test func emptyComparisonsAreRefused() {
    #expect(throws: ParameterErrors.self) { try harness.run("compare", ["metrics": []]) }
    #expect(throws: ParameterErrors.self) {
      try harness.run("compare", ["metrics": ["test/loss", "test/loss"]])
    }
    #expect(throws: StageError.self) { try harness.run("compare") }
  }
}
