import PipelineDSL
import Testing

@testable import Stages

/// The partners of MixUp and CutMix.
@Suite struct PartnerRingTests {
  @Test(arguments: ["mixup", "cutmix"])
  func everySampleIsAPartnerOncePerView(_ policy: String) throws {
    let outcome = try AugmentTests().run(161, ["policy": .string(policy), "views": 16])
    let rows = try outcome.table("views", "views.csv").rows
    #expect(rows.count == 129 * 16)
    #expect(rows.allSatisfy { $0[8] != $0[0] })
    let counts = Dictionary(grouping: rows) { $0[8] }.mapValues { Set($0.map { $0[1] }).count }
    #expect(counts.count == 129 && counts.values.allSatisfy { $0 == 16 })
    // The order of the ring differs from view to view.
    let partners = Dictionary(grouping: rows) { $0[0] }.mapValues { Set($0.map { $0[8] }).count }
    #expect(partners.values.reduce(0, +) > 129 * 14)
  }

  @Test func twoSamplesArePartnersOfEachOther() throws {
    let rows = try AugmentTests().run(2, ["policy": "mixup"]).table("views", "views.csv").rows
    #expect(rows.count == 8 && Set(rows.map { $0[8] }).count == 2)
    #expect(rows.allSatisfy { $0[8] != $0[0] && !$0[8].isEmpty })
  }

  /// 48, 12 and 6 samples of three classes, and how often each is shown in an epoch.
  private func balanced() throws -> (samples: [(id: String, label: String)], SampleBalance) {
    let samples = (0..<66).map {
      (id: Digest.of("\($0)").hex, label: $0 < 48 ? "a" : $0 < 60 ? "b" : "c")
    }.sorted { $0.id < $1.id }
    let harness = try StageHarness()
    let table = CSVTable(
      columns: SplitFormat.columns, rows: samples.map { [$0.id, "train", $0.label, ""] })
    let outcome = try harness.run(
      "augment", ["balance": "oversample"],
      inputs: ["split": [try harness.artifact("split", [("split.csv", table.bytes)])]])
    return (samples, try #require(try SampleBalance(outcome["views"])))
  }

  @Test func partnersAreBalancedWithTheSamples() throws {
    let (samples, balance) = try balanced()
    var counts = [Int](repeating: 0, count: samples.count)
    var firsts = counts
    for epoch in 0..<64 {
      let ring = PartnerRing(samples.map(\.id), view: epoch, seed: 3, balance: balance)
      for (sample, item) in samples.enumerated() {
        for occurrence in 0..<balance.occurrences(of: item.id, epoch: epoch) {
          let partner = try #require(ring.partner(of: sample, occurrence: occurrence))
          #expect(partner != sample)
          counts[partner] += 1
          if occurrence == 0 { firsts[partner] += 1 }
        }
      }
    }
    for counts in [counts, firsts] {
      let total = Double(counts.reduce(0, +))
      for label in ["a", "b", "c"] {
        let members = samples.indices.filter { samples[$0].label == label }
        let share = Double(members.reduce(0) { $0 + counts[$1] }) / total
        #expect(abs(share - 1.0 / 3) < 0.03, "\(label): \(share)")
        let even = share * total / Double(members.count)
        #expect(members.allSatisfy { abs(Double(counts[$0]) / even - 1) < 0.5 })
      }
    }
    // Of all that an epoch shows, each is the partner of about one other: 64 epochs, 48 per class.
    #expect(
      samples.indices.allSatisfy { samples[$0].label != "a" || (55...80).contains(counts[$0]) })
  }

  @Test func recipesOfBalancedSamplesDrawBalancedPartners() throws {
    let (samples, _) = try balanced()
    let labels = Dictionary(uniqueKeysWithValues: samples.map { ($0.id, $0.label) })
    let harness = try StageHarness()
    let table = CSVTable(
      columns: SplitFormat.columns, rows: samples.map { [$0.id, "train", $0.label, ""] })
    let split = try harness.artifact("split", [("split.csv", table.bytes)])
    for balance: JSONValue in ["none", "oversample"] {
      let rows = try harness.run(
        "augment", ["policy": "mixup", "views": 32, "balance": balance],
        inputs: ["split": [split]]
      ).table("views", "views.csv").rows
      let share = Double(rows.count { labels[$0[8]] == "c" }) / Double(rows.count)
      #expect(abs(share - (balance == "none" ? 6.0 / 66 : 1.0 / 3)) < 0.03, "\(balance): \(share)")
    }
  }
}
