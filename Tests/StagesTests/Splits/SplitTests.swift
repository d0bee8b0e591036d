import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitTests {
  /// `count` samples, two thirds of class a, named by their digests; `group` gives each a group.
  func samples(_ count: Int, group: (Int) -> String = { _ in "" }) -> [Sample] {
    (0..<count).map {
      let label = $0 % 3 == 0 ? "b" : "a"
      return Sample(
        id: Digest.of("sample \($0)").hex, source: "s", nativeLabel: label, label: label,
        group: group($0))
    }
  }

  func run(
    _ samples: [Sample], _ with: JSONObject = [:], seed: UInt64 = 17
  ) throws -> (parts: [String: Part], outcome: StageOutcome) {
    let table = CSVTable(
      columns: SampleTable.columns, rows: SampleTable(samples: samples).samples.map(\.fields))
    let harness = try StageHarness()
    let images = try harness.artifact("images", [("samples.csv", table.bytes)])
    let outcome = try harness.run("split", with, inputs: ["images": [images]], seed: seed)
    return (try SplitTable(outcome["split"]).parts, outcome)
  }

  @Test func keepsTheSharesOfEachClass() throws {
    let all = samples(100)
    let (parts, outcome) = try run(all)
    for label in ["a", "b"] {
      let ids = all.filter { $0.label == label }.map(\.id)
      for (part, share) in zip(Part.allCases, [0.8, 0.1, 0.1]) {
        let count = ids.count { parts[$0] == part }
        #expect(abs(Double(count) - share * Double(ids.count)) < 1)
        #expect(outcome.metrics["samples/\(part.rawValue)/\(label)"] == Double(count))
      }
    }
    #expect(parts.count == 100)
  }

  @Test func keepsGroupsTogether() throws {
    let all = samples(120) { "patient \($0 / 5)" }
    let (parts, _) = try run(all)
    for rows in Dictionary(grouping: all, by: \.group).values {
      #expect(Set(rows.map { parts[$0.id] }).count == 1)
    }
    let train = parts.values.count { $0 == .train }
    #expect(abs(train - 96) <= 5)
    let (torn, _) = try run(all, ["groups": false])
    #expect(
      Dictionary(grouping: all, by: \.group).values.contains {
        Set($0.map { torn[$0.id] }).count > 1
      })
  }

  @Test func movesFewWhenOneIsAdded() throws {
    let (before, _) = try run(samples(200))
    let (after, _) = try run(samples(201))
    #expect(before.count { after[$0.key] != $0.value } <= 2)
  }

  @Test func followsTheSeedAndNothingElse() throws {
    let all = samples(60)
    let (first, _) = try run(all)
    #expect(try run(all.reversed()).parts == first)
    #expect(try run(all, seed: 18).parts != first)
  }

  @Test func warnsOfAClassThatAPartLacks() throws {
    let (_, outcome) = try run(samples(6))
    #expect(outcome.events.warnings.contains("no sample of class 'b' in part 'test'"))
  }

  @Test func failsWithoutTrainingSamples() throws {
    let failure = #expect(throws: StageFailure.self) {
      try run(samples(1), ["fractions": [0.1, 0.1, 0.8]])
    }
    #expect(failure?.reason.contains("no sample is left for training") == true)
  }

  @Test(arguments: [[0.8, 0.2], [0.8, 0.1, 0.2], [0, 0.5, 0.5], [1.1, 0, -0.1]])
  func refusesFractionsThatAreNone(fractions: [Double]) throws {
    let kind = try #require(StageCatalogue.all["split"])
    #expect(throws: ParameterProblems.self) {
      try kind.resolve(["fractions": .array(fractions.map { .number($0) })])
    }
  }

  @Test(arguments: [
    (30, [24, 3, 3]), (5, [4, 1, 0]), (3, [3, 0, 0]), (0, [0, 0, 0]), (17, [13, 2, 2]),
  ])
  func countsByLargestRemainder(total: Int, counts: [Int]) {
    #expect(Partition.counts(total, [0.8, 0.1, 0.1]) == counts)
  }

  @Test func bytesArePinned() throws {
    let grouped = try run(samples(40) { $0 < 20 ? "patient \($0 / 4)" : "" })
    #expect(grouped.outcome.digests == ["split": "6bc8838567b2"])
    #expect(Split.revision == 1)
  }
}
