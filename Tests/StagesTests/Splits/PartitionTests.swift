import PipelineDSL
import Testing

@testable import Stages

@Suite struct PartitionTests {
  /// Parameters of every split method, for properties that hold for all of them.
  static let methods: [JSONObject] = [
    [:], ["method": "counts", "counts": [150, 30, 20]], ["method": "k-fold", "fold": 1],
    ["method": "k-fold", "folds": 7, "fold": 7, "validation": 0.2],
    ["method": "leave-source-out", "test-source": "s"],
    ["method": "leave-source-out", "test-source": "s", "validation-source": "t"],
    ["method": "given", "ungiven": "train"],
  ]

  /// 200 samples; the first 120 are in groups of five, and some have a given part.
  private let mixed = SplitScene.samples(
    200, group: { $0 < 120 ? "patient \($0 / 5)" : "" },
    part: { $0 % 10 == 0 ? .test : $0 % 10 == 1 ? .validation : nil })

  /// The samples with every third one from source `u`, so that one source is left for training.
  private func withThirdSource(_ samples: [Sample]) -> [Sample] {
    samples.enumerated().map { index, sample in
      var sample = sample
      if index % 3 == 0 { sample.source = "u" }
      return sample
    }
  }

  @Test(arguments: methods) func noGroupIsInTwoParts(with: JSONObject) throws {
    let samples = withThirdSource(mixed)
    let (parts, outcome) = try SplitScene.split(samples, with)
    let groups = Dictionary(grouping: samples.filter { !$0.group.isEmpty }, by: \.group)
    for rows in groups.values {
      #expect(Set(rows.compactMap { parts[$0.id] }).count <= 1)
    }
    #expect(!outcome.events.warnings.contains { $0.contains("lie in several parts") })
    let left = samples.count - parts.count
    #expect(outcome.metrics["samples/left-out"] ?? 0 == Double(left))
    #expect((left > 0) == outcome.events.warnings.contains { $0.contains("are in no part") })
  }

  @Test(arguments: methods) func addingASampleMovesFew(with: JSONObject) throws {
    let part = { (index: Int) -> Part? in index % 10 == 0 ? .test : nil }
    let all = withThirdSource(SplitScene.samples(201, part: part))
    let (before, _) = try SplitScene.split(all.dropLast(), with)
    let (after, _) = try SplitScene.split(all, with)
    #expect(before.count > 150)
    #expect(before.count { after[$0.key] != $0.value } <= 12)
  }

  @Test func keepsGroupsTogetherUnlessDisabled() throws {
    let all = SplitScene.samples(120) { "patient \($0 / 5)" }
    let (parts, _) = try SplitScene.split(all)
    #expect(abs(parts.values.count { $0 == .train } - 96) <= 5)
    let (torn, outcome) = try SplitScene.split(all, ["groups": false])
    let groups = Dictionary(grouping: all, by: \.group).values
    let count = groups.count { Set($0.map { torn[$0.id] }).count > 1 }
    #expect(count > 0)
    #expect(
      outcome.events.warnings.contains {
        $0.hasPrefix("\(count) of 24 groups lie in several parts")
      })
  }

  @Test func countsAreMetAndStrataKeepTheirShares() throws {
    let all = SplitScene.samples(200)
    let (parts, outcome) = try SplitScene.split(
      all, ["method": "counts", "counts": [100, 40, 20], "stratify": "label+source"])
    for (part, count) in zip(Part.named(by: 3), [100, 40, 20]) {
      #expect(parts.values.count { $0 == part } == count)
      for label in ["a", "b"] {
        for source in ["s", "t"] {
          let ids = all.filter { $0.label == label && $0.source == source }.map(\.id)
          let share = Double(ids.count * count) / 200
          // Two cuts, each off by one half plus the combined rounding of the four strata.
          #expect(abs(Double(ids.count { parts[$0] == part }) - share) <= 2.5)
        }
      }
    }
    #expect(outcome.metrics["samples/left-out"] == 40)
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(all, ["method": "counts", "counts": [100, 100, 1]])
    }
    #expect(failure?.reason == "the counts require 201 samples, but there are 200")
  }

  @Test func foldsAreDisjointCompleteAndEven() throws {
    let all = SplitScene.samples(103)
    var (tested, validated) = ([String: Int](), [String: Int]())
    for fold in 1...4 {
      let (parts, _) = try SplitScene.split(
        all, ["method": "k-fold", "folds": 4, "fold": .integer(fold), "validation": 0.25])
      #expect(parts.count == 103)
      for (id, part) in parts {
        if part == .test { tested[id, default: 0] += 1 }
        if part == .validation { validated[id, default: 0] += 1 }
      }
      for (share, count) in [("test", 103.0 / 4), ("validation", 103.0 * 3 / 16)] {
        #expect(abs(Double(parts.values.count { $0.rawValue == share }) - count) <= 1.5)
      }
      for label in ["a", "b"] {
        let ids = all.filter { $0.label == label }.map(\.id)
        #expect(abs(Double(ids.count { parts[$0] == .test }) - Double(ids.count) / 4) < 1)
      }
    }
    #expect(tested.count == 103 && tested.values.allSatisfy { $0 == 1 })
    // The validation part is a different part of the circle in each fold.
    #expect(validated.values.allSatisfy { $0 == 1 })
  }

  @Test func leavesASourceOut() throws {
    let all = SplitScene.samples(100)
    let (parts, _) = try SplitScene.split(
      all, ["method": "leave-source-out", "test-source": "t", "validation": 0.2])
    #expect(all.allSatisfy { ($0.source == "t") == (parts[$0.id] == .test) })
    #expect(parts.values.count { $0 == .validation } == 10)
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(all, ["method": "leave-source-out", "test-source": "x"])
    }
    #expect(failure?.reason == "no sample comes from 'x'")
    #expect(failure?.hint == "the sources are s, t")
  }

  @Test func groupMembersOfTheTestSourceAreLeftOut() throws {
    // Each patient has samples of both sources.
    let all = SplitScene.samples(40) { $0 < 8 ? "patient \($0 / 4)" : "" }
    let (parts, outcome) = try SplitScene.split(
      all, ["method": "leave-source-out", "test-source": "t"])
    #expect(all[..<8].allSatisfy { parts[$0.id] == ($0.source == "t" ? .test : nil) })
    #expect(
      outcome.events.warnings.contains(
        "4 of 40 samples are in no part: they stay together with samples of another part"))
  }

  @Test func usesTheGivenParts() throws {
    let all = SplitScene.samples(
      90, part: { [Part.train, .validation, .test][$0 % 3] })
    let (parts, _) = try SplitScene.split(all, ["method": "given"])
    #expect(all.allSatisfy { parts[$0.id] == $0.part })
  }

  @Test func cutsValidationFromTheGivenTrainingPart() throws {
    let all = SplitScene.samples(100, part: { $0 < 80 ? .train : .test })
    let (parts, _) = try SplitScene.split(all, ["method": "given"])
    #expect(all[80...].allSatisfy { parts[$0.id] == .test })
    #expect(all[..<80].count { parts[$0.id] == .validation } == 8)
    let (whole, outcome) = try SplitScene.split(all, ["method": "given", "validation": 0])
    #expect(!whole.values.contains(.validation))
    #expect(!outcome.events.warnings.contains { $0.contains("'validation'") })
  }

  @Test func samplesWithoutAGivenPartAreRefusedUsedOrLeftOut() throws {
    let all = SplitScene.samples(50, part: { $0 < 40 ? .train : $0 < 45 ? .test : nil })
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(all, ["method": "given"])
    }
    #expect(
      failure?.reason.hasPrefix("5 of 50 samples, of s, t, are not assigned to a part") == true)
    let taken = try SplitScene.split(all, ["method": "given", "ungiven": "train"]).parts
    #expect(all[45...].allSatisfy { [.train, .validation].contains(taken[$0.id]) })
    let left = try SplitScene.split(all, ["method": "given", "ungiven": "leave-out"])
    #expect(all[45...].allSatisfy { left.parts[$0.id] == nil })
    #expect(left.outcome.events.warnings.contains { $0.contains("they are given none") })
  }

  @Test(arguments: [
    (30, [24, 3, 3]), (5, [4, 1, 0]), (3, [3, 0, 0]), (0, [0, 0, 0]), (17, [13, 2, 2]),
  ])
  func countsByLargestRemainder(total: Int, counts: [Int]) {
    #expect(Partition.counts(total, [0.8, 0.1, 0.1]) == counts)
  }
}
