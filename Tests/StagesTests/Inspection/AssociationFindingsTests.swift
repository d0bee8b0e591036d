import Foundation
import PipelineDSL
import Testing

@testable import Stages

@Suite struct AssociationFindingsTests {
  /// Inspects 60 crops with given fields and parts.
  private func inspected(
    source: (Int) -> String = { _ in "s" }, label: (Int) -> String = { $0 % 2 == 0 ? "a" : "b" },
    group: (Int) -> String = { _ in "" }, part: ((Int) -> Part)? = nil
  ) throws -> StageOutcome {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 60)
    let ids = try SampleTable(images).samples.map(\.id)
    let samples = ids.enumerated().map { index, id in
      Sample(
        id: id, source: source(index), nativeLabel: label(index), label: label(index),
        group: group(index), part: nil)
    }
    let folder = try harness.write([("x", [])], under: "table")
    try SampleTable(samples: samples).write(to: folder)
    var files = images.files
    files["samples.csv"] = folder + "/samples.csv"
    var inputs = ["images": [InputArtifact(digest: images.digest, files: files)]]
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
      "inspect-data", ["compare": "crops", "near-duplicates": 0, "sheet": 0], inputs: inputs)
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
