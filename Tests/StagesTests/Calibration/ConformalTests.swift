import Foundation
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ConformalTests {
  @Test(
    "sets cover the test part about as often as asked for",
    arguments: ["lac", "aps", "raps"], ["none", "class", "source"])
  func coverage(method: String, by: String) throws {
    let scene = try CalibrationScene([0, 0, 300, 400])
    let outcome = try scene.run(
      "conformal", ["method": .string(method), "by": .string(by), "levels": [0.1, 0.3]],
      sourced: true)
    let metrics = outcome.metrics
    for (level, wanted) in [("0.1", 0.9), ("0.3", 0.7)] {
      let share = try #require(metrics["test/level-\(level)/coverage"])
      // Four standard errors of thresholds and test samples.
      let variance: Double = wanted * (1 - wanted)
      let error: Double = (variance / 300 + variance / 400).squareRoot()
      #expect(abs(share - wanted) < 4 * error)
      let low = try #require(metrics["test/level-\(level)/coverage/low"])
      let high = try #require(metrics["test/level-\(level)/coverage/high"])
      #expect(low < share && share < high)
      #expect(metrics["test/level-\(level)/coverage/class/red"] != nil)
      #expect(metrics["test/level-\(level)/coverage/source/s"] != nil)
    }
    #expect(
      (metrics["test/level-0.1/set-size"] ?? 0) > (metrics["test/level-0.3/set-size"] ?? 9))
    #expect(outcome.events.warnings.isEmpty)
    #expect(try MetricsFile.read(outcome["metrics"]) == metrics)
  }

  @Test("the tables agree with the metrics")
  func tables() throws {
    let outcome = try CalibrationScene().run("conformal", ["method": "aps"])
    let sets = try outcome.table("sets", ConformalReport.setsFile)
    #expect(sets.columns == ConformalReport.setColumns && sets.rows.count == 350)
    for row in sets.rows {
      let labels = row[4].split(separator: "|").map(String.init)
      #expect(row[5] == String(labels.count))
      #expect(row[6] == (labels.contains(row[2]) ? "yes" : "no"))
    }
    let test = sets.rows.filter { $0[1] == "test" }
    let covered = Double(test.count { $0[6] == "yes" }) / Double(test.count)
    #expect(isNear(outcome.metrics["test/level-0.1/coverage"] ?? 0, covered))
    let table = try outcome.table("metrics", ConformalReport.coverageFile)
    #expect(table.columns == ConformalReport.coverageColumns)
    #expect(table.rows.map { $0[1] } == ["all", "class", "class", "class"])
    #expect(table.rows.dropFirst().reduce(0) { $0 + (Int($1[4]) ?? 0) } == test.count)
    #expect(outcome["sets"].files[ConformalReport.flagsFile] == nil)
  }

  @Test("randomised sets depend on the seed, others do not; threads never matter")
  func draws() throws {
    let scene = try CalibrationScene()
    for (with, isDrawn) in [
      (["method": "aps"], true), (["method": "raps"], true), (["method": "lac"], false),
      (["method": "aps", "randomised": false], false),
    ] as [(JSONObject, Bool)] {
      let one = try scene.run("conformal", with)
      let other = try scene.run("conformal", with, seed: 18)
      #expect((one["sets"].digest != other["sets"].digest) == isDrawn, "\(with)")
      #expect((one["model"].digest != other["model"].digest) == isDrawn, "\(with)")
      #expect(try scene.run("conformal", with, threads: 1).digests == one.digests)
    }
  }

  @Test("the training and validation parts have no influence")
  func calibrationOnly() throws {
    let outcome = try CalibrationScene().run("conformal")
    for part in Part.allCases {
      let other = try CalibrationScene { index, own, label in
        own == part ? ["blue", "green", "red"][index % 3] : label
      }.run("conformal")
      #expect(
        (other["model"].digest == outcome["model"].digest) == (part != .calibration), "\(part)")
    }
  }

  @Test("classes that must not be missed are flagged at the rate asked for")
  func falseNegatives() throws {
    let scene = try CalibrationScene([0, 0, 300, 600])
    let outcome = try scene.run(
      "conformal", ["false-negatives": ["red", "blue"], "false-negative-level": 0.1])
    let metrics = outcome.metrics
    let rate = try #require(metrics["test/false-negatives/rate"])
    // About 200 calibration and 400 test samples are positive: four standard errors.
    let error: Double = (0.09 / 200 + 0.09 / 400).squareRoot()
    #expect(rate < 0.1 + 4 * error)
    #expect((metrics["test/false-positives/rate"] ?? 0) > 0)
    #expect((metrics["false-negatives/threshold"] ?? 0) > 0)
    let flags = try outcome.table("sets", ConformalReport.flagsFile)
    #expect(flags.columns == ConformalReport.flagColumns)
    let positives = flags.rows.filter { $0[1] == "test" && $0[2] != "green" }
    #expect(isNear(Double(positives.count { $0[4] == "no" }) / Double(positives.count), rate))
  }

  /// The model contains a network's weights, and is compared with the sets elsewhere.
  @Test func bytesArePinned() throws {
    let scene = try CalibrationScene()
    var digests: [String: String] = [:]
    for method in ["lac", "aps", "raps"] {
      let outcome = try scene.run("conformal", ["method": .string(method)], sourced: true)
      digests[method] = outcome["sets"].digest.short
      digests["\(method) metrics"] = outcome["metrics"].digest.short
    }
    #expect(
      digests == [
        "lac": "cf880cf0f346", "lac metrics": "70a2ab6fe2cd", "aps": "1f364b483a38",
        "aps metrics": "644cda8623ef", "raps": "893eb7a65d6e", "raps metrics": "10eeb0fc8aa1",
      ])
    #expect(Conformal.revision == 1)
  }

  // MARK: Few samples

  @Test(
    "too few calibration samples give sets of all classes, and a warning with the number needed")
  func tooFew() throws {
    let outcome = try CalibrationScene([0, 0, 8, 30]).run("conformal", ["levels": [0.1, 0.45]])
    #expect(
      outcome.events.warnings == [
        "level 0.1 needs 9 calibration samples, and there are too few (8): every set has all classes"
      ])
    #expect(outcome.metrics["test/level-0.1/set-size"] == 3)
    #expect(outcome.metrics["test/level-0.1/coverage"] == 1)
    #expect((outcome.metrics["test/level-0.45/set-size"] ?? 3) < 3)
    let table = try outcome.table("metrics", ConformalReport.coverageFile)
    #expect(table.rows[0][3] == "inf")
  }

  @Test("a class without calibration samples is in every set of class-conditional thresholds")
  func missingClass() throws {
    let scene = try CalibrationScene { _, part, label in
      part == .calibration && label == "red" ? "blue" : label
    }
    let outcome = try scene.run("conformal", ["by": "class"])
    #expect(
      outcome.events.warnings.contains(
        "level 0.1 needs 9 calibration samples of each class, and there are too few ('red': 0): "
          + "every set has these classes"))
    let sets = try outcome.table("sets", ConformalReport.setsFile).rows
    #expect(sets.allSatisfy { $0[4].split(separator: "|").contains("red") })
    let flagged = try scene.run("conformal", ["false-negatives": ["red"]])
    #expect(flagged.events.warnings.contains { $0.contains("every image is flagged") })
    #expect(flagged.metrics["test/false-negatives/rate"] == 0)
    #expect(flagged.metrics["test/false-positives/rate"] == 1)
  }

  @Test("without test samples the thresholds are there, and their coverage is not measured")
  func noTest() throws {
    let outcome = try CalibrationScene([0, 0, 60, 0]).run("conformal")
    #expect(
      outcome.events.warnings == ["test has no samples: the coverage of the sets is not measured"])
    #expect(outcome.metrics == ["calibration/samples": 60])
  }

  // MARK: Errors

  @Test("an empty calibration part is refused with the remedy")
  func noCalibration() throws {
    let found = try CalibrationScene([20, 20, 0, 20]).failure("conformal")
    #expect(found.contains("the calibration part is empty"))
    #expect(found.contains("give 'fractions' of 'split' a fourth number"))
  }

  @Test("sources must be known, and classes too")
  func unknownNames() throws {
    let scene = try CalibrationScene()
    #expect(scene.failure("conformal", ["by": "source"]).contains("connect the images"))
    let found = scene.failure("conformal", ["false-negatives": ["rad"]])
    #expect(found.contains("'rad'") && found.contains("did you mean 'red'?"))
  }

  @Test("a source without calibration samples uses the largest threshold, with a warning")
  func unknownSource() throws {
    let scene = try CalibrationScene()
    let moved = try scene.bench.changed(scene.samples, SamplesFormat.file) { _, row in
      row[1] = "s"
    }
    let split = try CSVTable(parsing: scene.split.bytes(SplitFormat.file)).rows
    let tested = Set(split.filter { $0[1] == "test" }.map { $0[0] })
    let sourced = try scene.bench.changed(moved, SamplesFormat.file) { _, row in
      if tested.contains(row[0]) { row[1] = "new" }
    }
    let outcome = try scene.bench.harness.run(
      "conformal", ["by": "source"],
      inputs: [
        "model": [scene.model], "predictions": [scene.predictions], "split": [scene.split],
        "images": [sourced],
      ])
    #expect(outcome.events.warnings.contains { $0.hasPrefix("no calibration sample of 'new'") })
    let plain = try scene.run("conformal")
    #expect(outcome.metrics["test/level-0.1/coverage"] == plain.metrics["test/level-0.1/coverage"])
  }

  @Test("parameters that do not go together are conflicts")
  func conflicts() {
    for with in [
      ["levels": []], ["levels": [0.1, 0.1]], ["lambda": 0.5], ["k-reg": 2, "method": "aps"],
      ["randomised": false], ["false-negative-level": 0.05], ["levels": [0]],
      ["false-negatives": ["a", "a"]],
    ] as [JSONObject] {
      #expect(throws: ParameterErrors.self, "\(with)") {
        try Conformal.Parameters.read(with).get()
      }
    }
  }
}
