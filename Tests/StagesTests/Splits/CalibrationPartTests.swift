import PipelineDSL
import Testing

@testable import Stages

/// Splits with a fourth part.
@Suite struct CalibrationPartTests {
  private static let fractions: JSONObject = ["fractions": [0.6, 0.1, 0.2, 0.1]]

  @Test("four fractions are shares of train, validation, calibration and test, in each class")
  func fourFractions() throws {
    let all = SplitScene.samples(200)
    let (parts, outcome) = try SplitScene.split(all, Self.fractions)
    for label in ["a", "b"] {
      let ids = all.filter { $0.label == label }.map(\.id)
      for (part, share) in zip(Part.allCases, [0.6, 0.1, 0.2, 0.1]) {
        let count = ids.count { parts[$0] == part }
        #expect(abs(Double(count) - share * Double(ids.count)) < 1.01)
        #expect(outcome.metrics["samples/\(part.rawValue)/\(label)"] == Double(count))
      }
    }
    let table = try outcome.table("table", "counts.csv")
    #expect(
      table.columns == [
        "label", "source", "train", "validation", "calibration", "test", "left_out",
      ])
    #expect(table.rows.reduce(0) { $0 + (Int($1[4]) ?? 0) } == 40)
    #expect(outcome.events.warnings.isEmpty)
  }

  @Test("a calibration part that is not asked for is not mentioned")
  func threeParts() throws {
    for with: JSONObject in [
      [:], ["method": "counts", "counts": [30, 10, 10]], ["method": "k-fold", "fold": 1],
      ["fractions": [0.8, 0.1, 0, 0.1]],
    ] {
      let (parts, outcome) = try SplitScene.split(SplitScene.samples(60), with)
      #expect(!parts.values.contains(.calibration))
      #expect(!outcome.metrics.keys.contains { $0.contains("calibration") })
      #expect(!outcome.events.warnings.contains { $0.contains("calibration") })
      #expect(try !outcome.table("table", "counts.csv").columns.contains("calibration"))
    }
  }

  @Test("a fourth number of 0 gives the split of three")
  func zeroIsNoPart() throws {
    let all = SplitScene.samples(100)
    let three = try SplitScene.split(all).outcome
    let four = try SplitScene.split(all, ["fractions": [0.8, 0.1, 0, 0.1]]).outcome
    #expect(three.digests == four.digests)
  }

  @Test("counts of four parts are met")
  func fourCounts() throws {
    let (parts, outcome) = try SplitScene.split(
      SplitScene.samples(200), ["method": "counts", "counts": [100, 30, 40, 20]])
    for (part, count) in zip(Part.allCases, [100, 30, 40, 20]) {
      #expect(parts.values.count { $0 == part } == count)
    }
    #expect(outcome.metrics["samples/left-out"] == 10)
  }

  @Test("k-fold, leave-source-out and given parts cut a share after validation")
  func shares() throws {
    let all = SplitScene.samples(200, part: { $0 % 5 == 0 ? .test : .train })
    for (with, rest) in [
      (["method": "k-fold", "folds": 4, "fold": 2], 150.0),
      (["method": "leave-source-out", "test-source": "t"], 100), (["method": "given"], 160),
    ] as [(JSONObject, Double)] {
      var asked = with
      asked["calibration"] = 0.2
      let (parts, outcome) = try SplitScene.split(all, asked)
      func count(_ part: Part) -> Double { Double(parts.values.count { $0 == part }) }
      #expect(abs(count(.calibration) - 0.2 * rest) <= 2, "\(with)")
      #expect(abs(count(.validation) - 0.1 * rest) <= 2, "\(with)")
      #expect(outcome.metrics["samples/calibration"] == count(.calibration))
      let plain = try SplitScene.split(all, with).parts
      // Calibration is taken from train alone.
      #expect(all.allSatisfy { parts[$0.id] == .calibration || parts[$0.id] == plain[$0.id] })
    }
  }

  @Test("a validation source leaves the calibration share")
  func validationSource() throws {
    var all = SplitScene.samples(300)
    for index in all.indices where index % 3 == 0 { all[index].source = "u" }
    let (parts, _) = try SplitScene.split(
      all,
      [
        "method": "leave-source-out", "test-source": "s", "validation-source": "t",
        "calibration": 0.3,
      ])
    #expect(all.allSatisfy { ($0.source == "t") == (parts[$0.id] == .validation) })
    #expect(abs(parts.values.count { $0 == .calibration } - 30) <= 2)
  }

  @Test("a given calibration part is kept, and takes precedence over train and validation")
  func givenPart() throws {
    let all = SplitScene.samples(
      80, group: { $0 < 4 ? "patient" : "" },
      part: { [Part.train, .validation, .calibration, .test][$0 % 4] })
    let free = SplitScene.samples(
      80, part: { [Part.train, .validation, .calibration, .test][$0 % 4] })
    let (parts, outcome) = try SplitScene.split(free, ["method": "given"])
    #expect(free.allSatisfy { parts[$0.id] == $0.part })
    #expect(outcome.metrics["samples/calibration"] == 20)
    let grouped = try SplitScene.split(all, ["method": "given"]).parts
    #expect(all[..<3].allSatisfy { grouped[$0.id] == nil } && grouped[all[3].id] == .test)
    let mixed = SplitScene.samples(
      80, group: { $0 < 3 ? "patient" : "" },
      part: { [Part.train, .validation, .calibration][$0 % 3] })
    let kept = try SplitScene.split(mixed, ["method": "given"]).parts
    #expect(kept[mixed[2].id] == .calibration && kept[mixed[0].id] == nil)
  }

  @Test("groups and few groups: every part has one, and none is in two")
  func groups() throws {
    for seed in 0..<20 {
      let samples = SplitScene.samples(60) { "patient \($0 / 10)" }
      let (parts, _) = try SplitScene.split(samples, Self.fractions, seed: UInt64(seed))
      let found = Dictionary(grouping: samples, by: \.group).mapValues {
        Set($0.map { parts[$0.id] })
      }
      #expect(found.values.allSatisfy { $0.count == 1 })
      #expect(Set(found.values.flatMap(\.self)).count == 4, "seed \(seed)")
    }
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(SplitScene.samples(30) { "patient \($0 / 10)" }, Self.fractions)
    }
    #expect(failure?.reason.contains("for 4 parts") == true)
  }

  @Test("near duplicates stay in one of the four parts")
  func nearDuplicates() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 30)
    let failure = #expect(throws: StageError.self) {
      try harness.run(
        "split",
        ["near-duplicates": 40, "compare": "crops", "fractions": [0.4, 0.2, 0.2, 0.2]],
        inputs: ["images": [images]])
    }
    #expect(failure?.reason.contains("only one group") == true)
  }

  @Test("an asked-for part without a class is reported")
  func emptyClass() throws {
    let (_, outcome) = try SplitScene.split(
      SplitScene.samples(9), ["fractions": [0.4, 0.2, 0.2, 0.2], "stratify": "none"])
    let missing = ["a", "b"].filter { outcome.metrics["samples/calibration/\($0)"] == 0 }
    for label in missing {
      #expect(
        outcome.events.warnings.contains("no sample of class '\(label)' in part 'calibration'"))
    }
    #expect(outcome.metrics["samples/calibration"] == 2)
  }

  @Test(
    arguments: [
      (["fractions": [0.5, 0.5]], "fractions are three numbers"),
      (["fractions": [0.2, 0.2, 0.2, 0.2, 0.2]], "fractions are three numbers"),
      (["fractions": [0.5, 0.2, 0.2, 0.2]], "fractions sum to"),
      (["method": "counts", "counts": [1, 2, 3, 4, 5]], "counts are three"),
      (["calibration": 0.1], "give 'fractions' four numbers"),
      (
        ["method": "counts", "counts": [5, 2, 2], "calibration": 0.1], "give 'counts' four numbers"
      ),
      (
        ["method": "given", "validation": 0.5, "calibration": 0.5],
        "'validation' and 'calibration' leave"
      ),
    ] as [(JSONObject, String)])
  func conflicts(with: JSONObject, conflict: String) throws {
    let kind = try #require(StageCatalogue.all["split"])
    let problems = #expect(throws: ParameterErrors.self) { try kind.resolve(with) }
    #expect(problems?.list.first?.sentence.contains(conflict) == true)
  }
}
