import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct AssociationFindingsTests {
  /// Crops of noise, of which no two are alike.
  private func noise(_ harness: StageHarness, _ samples: [Sample]) throws -> InputArtifact {
    var state: UInt32 = 5
    let pixels = (0..<samples.count * 32 * 32 * 3).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
    let crops = CSVTable(
      columns: CropTransform.columns,
      rows: samples.map { [$0.id, "32", "32", "0", "0", "32", "32"] })
    let table = CSVTable(columns: SamplesFormat.columns, rows: samples.map(\.fields))
    let array = NPYArray(uint8: pixels, shape: [samples.count, 32, 32, 3])
    return try harness.artifact(
      "images",
      [
        ("samples.csv", table.bytes), ("crops.csv", crops.bytes), ("pixels.npy", array.encoded),
      ])
  }

  /// Inspects 60 crops with given fields and parts.
  private func inspected(
    source: (Int) -> String = { _ in "s" }, label: (Int) -> String = { $0 % 2 == 0 ? "a" : "b" },
    group: (Int) -> String = { _ in "" }, part: ((Int) -> Part)? = nil
  ) throws -> StageOutcome {
    let harness = try StageHarness()
    let ids = (0..<60).map { Digest.of("noise \($0)").hex }.sorted()
    let samples = ids.enumerated().map { index, id in
      Sample(
        id: id, source: source(index), nativeLabel: label(index), label: label(index),
        group: group(index), part: nil)
    }
    var inputs = ["images": [try noise(harness, samples)]]
    if let part {
      let rows = samples.enumerated().map { index, sample in
        [sample.id, part(index).rawValue, sample.label, sample.group]
      }
      inputs["split"] = [
        try harness.artifact(
          "split", [("split.csv", CSVTable(columns: SplitFormat.columns, rows: rows).bytes)])
      ]
    }
    return try harness.run(
      "inspect-data", ["compare": "crops", "sheet": 0], inputs: inputs)
  }

  @Test("groups in several parts are errors")
  func findsTornGroups() throws {
    let outcome = try inspected(group: { "g\($0 / 6)" }, part: { $0 < 33 ? .train : .test })
    #expect(outcome.metrics["findings/group-straddle"] == 1)
    #expect(outcome.events.warnings.contains { $0.contains("split: groups: true") })
  }

  @Test("a class from one source is confounded with it")
  func findsConfoundedSources() throws {
    let outcome = try inspected(source: { $0 % 2 == 0 ? "s" : "t" })
    let found = try #require(try outcome.findings()["source-label"]?.first)
    #expect(found["severity"] == "error")
    #expect(found["count"] == "2")
    let even = try inspected(source: { $0 % 4 < 2 ? "s" : "t" })
    #expect(even.metrics["findings/source-label"] == 0)
  }

  @Test("sources and classes that are not in all parts")
  func findsUnevenParts() throws {
    let outcome = try inspected(
      source: { $0 < 30 ? "s" : "t" }, part: { $0 < 30 ? .train : .test })
    #expect(outcome.metrics["findings/source-part"] == 1)
    #expect(outcome.metrics["findings/label-part"] == 0)
    let labels = try inspected(
      label: { $0 < 40 ? "a" : "b" }, part: { $0 < 40 ? .train : .test })
    #expect(try labels.findings()["label-part"]?.first?["severity"] == "warning")
  }
}
