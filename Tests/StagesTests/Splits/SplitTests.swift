import PipelineDSL
import Testing

@testable import Stages

@Suite struct SplitTests {
  @Test func keepsTheSharesOfEachClass() throws {
    let all = SplitScene.samples(100)
    let (parts, outcome) = try SplitScene.split(all)
    for label in ["a", "b"] {
      let ids = all.filter { $0.label == label }.map(\.id)
      for (part, share) in zip(Part.named(by: 3), [0.8, 0.1, 0.1]) {
        let count = ids.count { parts[$0] == part }
        #expect(abs(Double(count) - share * Double(ids.count)) < 1)
        #expect(outcome.metrics["samples/\(part.rawValue)/\(label)"] == Double(count))
      }
    }
    #expect(parts.count == 100)
  }

  @Test func dependsOnTheSeedButNotOnTheOrder() throws {
    let all = SplitScene.samples(60)
    let (first, _) = try SplitScene.split(all)
    #expect(try SplitScene.split(all.reversed()).parts == first)
    #expect(try SplitScene.split(all, seed: 18).parts != first)
  }

  @Test func failsWithoutTrainingSamples() throws {
    let failure = #expect(throws: StageError.self) {
      try SplitScene.split(
        SplitScene.samples(4, part: { _ in .test }), ["method": "given", "validation": 0])
    }
    #expect(failure?.reason.contains("no sample is left for training") == true)
  }

  @Test func keepsNearDuplicatesInOnePart() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 30)
    // The images differ only in tone, which changes few bits of their hashes.
    let failure = #expect(throws: StageError.self) {
      try harness.run(
        "split", ["near-duplicates": 40, "compare": "crops", "stratify": "none"],
        inputs: ["images": [images]])
    }
    #expect(failure?.reason.contains("only one group") == true)
    let together = try harness.run(
      "split",
      ["near-duplicates": 40, "compare": "crops", "fractions": [1, 0, 0], "stratify": "none"],
      inputs: ["images": [images]])
    #expect(Set(try SplitTable(together["split"]).parts.values) == [.train])
    #expect(together.metrics["near-duplicates/samples"] == 30)
    #expect(try together.table("table", "duplicates.csv").rows.count == 30)
    #expect(together.events.warnings.contains { $0.contains("one set of near duplicates") })
    #expect(together.events.warnings.contains { $0.contains("have several labels") })
    let apart = try harness.run("split", inputs: ["images": [images]])
    #expect(Set(try SplitTable(apart["split"]).parts.values).count == 3)
    #expect(apart["table"].files["duplicates.csv"] == nil)
  }

  @Test func originalsThatAreNotThereAreNamed() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 30)
    let failure = #expect(throws: StageError.self) {
      try harness.run("split", ["near-duplicates": 16], inputs: ["images": [images]])
    }
    #expect(failure?.reason.contains("no location") == true)
    #expect(failure?.hint?.contains("'compare' to crops") == true)
  }

  @Test func bytesArePinned() throws {
    let samples = SplitScene.samples(
      40, group: { $0 < 20 ? "patient \($0 / 4)" : "" }, part: { $0 < 32 ? .train : .test })
    var digests: [String: String] = [:]
    for with: JSONObject in [
      ["method": "fractions"], ["method": "counts", "counts": [20, 6, 8]],
      ["method": "k-fold", "fold": 2], ["method": "leave-source-out", "test-source": "t"],
      ["method": "given"],
    ] {
      let outcome = try SplitScene.split(samples, with).outcome
      digests[with["method"]?.text ?? ""] = outcome.digests["split"]
      digests["table"] = digests["table"] ?? outcome.digests["table"]
    }
    #expect(
      digests == [
        "fractions": "6bc8838567b2", "counts": "b6cc54ff4800", "k-fold": "1582dc7af931",
        "leave-source-out": "d006983820eb", "given": "6616608a385c", "table": "aefc9eec918c",
      ])
    #expect(Split.revision == 3)
  }
}
