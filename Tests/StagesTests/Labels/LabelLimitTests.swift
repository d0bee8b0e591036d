import PipelineDSL
import Testing

@testable import Stages

/// `limit` of `harmonise-labels`: a smaller corpus with all its sources and groups.
@Suite struct LabelLimitTests {
  /// Sources of 40, 10 and 3 samples of one label; the first has five groups, the others none.
  private let samples: [Sample] = [("large", 40), ("medium", 10), ("small", 3)].flatMap {
    source, count in
    (0..<count).map { index in
      Sample(
        id: "\(source) \(index)", source: source, nativeLabel: "cll", label: "CLL",
        group: source == "large" ? "patient \(index % 5)" : "")
    }
  }

  @Test("Sources share the limit as evenly as their sizes allow")
  func spreadsOverSources() {
    for (limit, shares) in [
      (1, [1, 0, 0]), (3, [1, 1, 1]), (9, [3, 3, 3]), (15, [6, 6, 3]), (30, [17, 10, 3]),
      (99, [40, 10, 3]),
    ] {
      let chosen = LabelLimit(limit).chosen(from: samples)
      let counts = ["large", "medium", "small"].map { name in
        chosen.count { $0.hasPrefix(name) }
      }
      #expect(counts == shares, "\(limit)")
    }
  }

  @Test("A larger limit contains the choice of a smaller one")
  func largerLimitsOnlyAdd() {
    for limit in 1..<53 {
      let (fewer, more) = (LabelLimit(limit), LabelLimit(limit + 1))
      #expect(fewer.chosen(from: samples).isSubset(of: more.chosen(from: samples)))
      #expect(fewer.chosen(from: samples) == fewer.chosen(from: samples.reversed()))
    }
  }

  @Test("Groups take turns within a source")
  func spreadsOverGroups() {
    let large = samples.filter { $0.source == "large" }
    let order = LabelLimit.order(large)
    #expect(order.count == 40)
    for start in stride(from: 0, to: 40, by: 5) {
      #expect(Set(order[start..<start + 5].map(\.group)).count == 5)
    }
    // Within a group, the order is that of the hashes.
    let first = order.filter { $0.group == "patient 2" }.map { Digest.of(Array($0.id.utf8)).hex }
    #expect(first == first.sorted())
  }

  private func run(
    _ harness: StageHarness, _ with: JSONObject
  ) throws -> StageOutcome {
    let other = (0..<4).map {
      Sample(id: "fl \($0)", source: "large", nativeLabel: "fl", label: "fl", group: "")
    }
    let table = CSVTable(
      columns: SamplesFormat.columns,
      rows: SampleTable(samples: samples + other).samples.map(\.fields))
    return try harness.run(
      "harmonise-labels", with,
      inputs: ["samples": [try harness.artifact("all", [("samples.csv", table.bytes)])]])
  }

  @Test("Samples over the limit are listed with the reason, counted and warned of")
  func reportsWhatIsLeftOut() throws {
    let outcome = try run(try StageHarness(), ["scheme": "lymphoma", "limit": 6])
    let kept = try SampleTable(outcome["samples"]).samples
    #expect(kept.count { $0.label == "CLL" } == 6 && kept.count { $0.label == "FL" } == 4)
    let rows = try outcome.table("dropped", "dropped.csv").rows
    #expect(rows.count == 47)
    #expect(rows.allSatisfy { $0[3] == "limit: 'CLL' has 6 samples without it" })
    #expect(Set(rows.map { $0[0] }).isDisjoint(with: kept.map(\.id)))
    #expect(outcome.metrics["dropped/limit"] == 47 && outcome.metrics["samples/CLL"] == 6)
    #expect(
      outcome.events.warnings.contains(
        "dropped 38 of large/cll: over the limit of samples per label"))
  }

  @Test("Without a limit, and with one that is not reached, the bytes are the same")
  func unreachedLimitsChangeNothing() throws {
    let harness = try StageHarness()
    let all = try run(harness, ["scheme": "lymphoma"])
    #expect(try run(harness, ["scheme": "lymphoma", "limit": 40]).digests != all.digests)
    #expect(try run(harness, ["scheme": "lymphoma", "limit": 53]).digests == all.digests)
  }
}
