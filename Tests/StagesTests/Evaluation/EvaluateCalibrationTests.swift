import PipelineDSL
import Testing

@testable import Stages

/// The calibration part in the stages between `split` and `conformal`.
@Suite struct EvaluateCalibrationTests {
  private let bench: ClassifyBench

  init() throws { bench = try ClassifyBench() }

  @Test("the calibration part has metrics where it has samples, and no warning where it has none")
  func evaluates() throws {
    let network = try bench.network(seed: 3)
    let plain = try bench.evaluate(network)
    #expect(plain.events.warnings.isEmpty)
    #expect(plain.metrics["calibration/accuracy"] == nil)
    let outcome = try bench.harness.run(
      "evaluate",
      inputs: [
        "model": [network], "images": [bench.images], "split": [try bench.splitWithCalibration()],
      ])
    #expect(outcome.metrics["calibration/samples"] == 12)
    #expect(outcome["metrics"].files["confusion_calibration.csv"] != nil)
    let parts = try PredictionSet(outcome["predictions"]).rows.map(\.part)
    #expect(parts == parts.sorted { rank($0) < rank($1) })
    #expect(Set(parts).count == 4)
  }

  private func rank(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }

  @Test("classifiers are not fitted on the calibration part, and predict it")
  func classifies() throws {
    let features = try bench.features()
    let split = try bench.splitWithCalibration()
    let outcome = try bench.classify(
      ["method": "k-nearest", "neighbours": 3], features: features, split: split)
    #expect(outcome.metrics["train/samples"] == 24)
    let rows = try PredictionSet(outcome["predictions"]).rows
    #expect(rows.count { $0.part == .calibration } == 12)
    let dropped = try bench.changed(split, SplitFormat.file) { _, row in
      if row[1] == "calibration" { row[1] = "test" }
    }
    let other = try bench.classify(
      ["method": "k-nearest", "neighbours": 3], features: features, split: dropped)
    #expect(other["model"].digest == outcome["model"].digest)
  }
}
