import Foundation
import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct InspectDataTests {
  @Test("a clean set has no finding", arguments: UInt64(1)...10)
  func cleanSetHasNoFinding(seed: UInt64) throws {
    let outcome = try PlantedData(100, seed: seed).inspected()
    let rows = try outcome.table("findings", "findings.csv").rows
    #expect(rows.isEmpty, "\(rows)")
    #expect(outcome.metrics["findings/errors"] == 0)
    #expect(outcome.metrics["findings/outlier"] == 0)
    #expect(outcome.metrics["samples"] == 100)
    #expect(outcome.metrics["probe/surroundings/label"] != nil)
    #expect(outcome.events.warnings.isEmpty)
  }

  @Test("the bytes do not depend on the number of threads")
  func threadsDoNotMatter() throws {
    let data = try PlantedData(60, seed: 2).copied { try PNGCodec.encode($0) }
    let digests = try [1, 2, 3].map { try data.inspected(threads: $0).digests }
    #expect(Set(digests).count == 1)
  }

  @Test("the bytes of revision 1 are pinned")
  func bytesArePinned() throws {
    let data = try PlantedData(40, seed: 2).copied { try PNGCodec.encode($0) }
    #expect(try data.inspected(split: nil).digests == ["findings": "e645f8aebcf2"])
    #expect(InspectData.revision == 1)
  }

  @Test("without a split, duplicates are warnings and no part is mentioned")
  func worksWithoutSplit() throws {
    let data = try PlantedData(60, seed: 2).copied { try PNGCodec.encode($0) }
    let outcome = try data.inspected(split: nil)
    let found = try #require(try outcome.findings()["exact-duplicate"]?.first)
    #expect(found["severity"] == "warning")
    #expect(outcome.metrics["findings/exact-duplicate"] == 12)
    #expect(outcome.metrics["findings/exact-duplicate-across-parts"] == 0)
  }

  @Test("one label and one source are no problem")
  func oneLabelIsEnough() throws {
    var data = try PlantedData(40, seed: 4)
    for index in data.files.indices { data.files[index].label = "cell" }
    for index in data.files.indices { data.files[index].name = "\(index).jpg" }
    let outcome = try data.inspected(split: nil)
    #expect(try outcome.findings().isEmpty)
    #expect(outcome.metrics["probe/surroundings/label"] == nil)
    #expect(outcome.metrics["association/source-label"] == nil)
  }

  @Test("crops alone are enough")
  func cropsAreEnough() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 30)
    let refused = #expect(throws: StageError.self) {
      try harness.run("inspect-data", inputs: ["images": [images]])
    }
    #expect(refused?.hint?.contains("'compare' to crops") == true)
    let outcome = try harness.run(
      "inspect-data", ["compare": "crops"], inputs: ["images": [images]])
    #expect(outcome.metrics["samples"] == 30)
    #expect(outcome.metrics["probe/border/label"] == nil)
  }

  @Test("a split of other images is refused")
  func splitOfOtherImagesIsRefused() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 12)
    let other = try harness.artifact(
      "split",
      [
        (
          "split.csv",
          CSVTable(
            columns: SplitFormat.columns, rows: [["a", "train", "x", ""]]
          ).bytes
        )
      ])
    let refused = #expect(throws: StageError.self) {
      try harness.run(
        "inspect-data", ["compare": "crops"], inputs: ["images": [images], "split": [other]])
    }
    #expect(refused?.reason.contains("is in the split") == true)
    #expect(refused?.hint != nil)
  }

  @Test("a files input without files.csv is refused")
  func otherFilesAreRefused() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 12)
    let other = try harness.artifact("rejected", [("rejected.csv", Array("path,reason\n".utf8))])
    let refused = #expect(throws: StageError.self) {
      try harness.run(
        "inspect-data", ["compare": "crops"], inputs: ["images": [images], "files": [other]])
    }
    #expect(refused?.reason.contains("has no files.csv") == true)
  }

  @Test("a sheet and the ids of every kind that was found are written")
  func writesSheetsAndIDs() throws {
    let data = try PlantedData(40, seed: 2).copied { try PNGCodec.encode($0) }
    let outcome = try data.inspected(split: nil)
    let files = outcome["findings"].files.keys.sorted()
    #expect(
      files == [
        "duplicates.csv", "findings.csv", "findings.json", "ids/exact-duplicate.csv",
        "sheets/exact-duplicate.png",
      ])
    let ids = try outcome.table("findings", "ids/exact-duplicate.csv")
    #expect(ids.rows.count == 16)
    let json = try JSONParser.parse(try outcome["findings"].bytes("findings.json"))
    #expect(json["findings"]?.elements?.first?["count"]?.whole == 8)
    let bare = try data.inspected(["sheet": 0], split: nil)
    #expect(bare["findings"].files["sheets/exact-duplicate.png"] == nil)
  }
}
