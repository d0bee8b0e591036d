import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct AugmentTests {
  /// A split of `count` samples; every fifth one is a test sample.
  func split(_ harness: StageHarness, _ count: Int) throws -> InputArtifact {
    let rows = (0..<count).map {
      [Digest.of("\($0)").hex, $0 % 5 == 4 ? "test" : "train", $0 % 2 == 0 ? "a" : "b", ""]
    }
    let table = CSVTable(columns: SplitFormat.columns, rows: rows.sorted { $0[0] < $1[0] })
    return try harness.artifact("split \(count)", [("split.csv", table.bytes)])
  }

  func run(_ count: Int, _ with: JSONObject, seed: UInt64 = 17) throws -> StageOutcome {
    let harness = try StageHarness()
    return try harness.run(
      "augment", with, inputs: ["split": [try split(harness, count)]], seed: seed)
  }

  @Test func drawsOnlyTrainingSamplesWithinBounds() throws {
    let outcome = try run(
      50, ["views": 3, "rotation": 20, "zoom": 0.2, "brightness": 0, "contrast": 0.3])
    let rows = try outcome.table("views", "views.csv").rows
    #expect(rows.count == 40 * 3)
    #expect(Set(rows.map { $0[0] }).count == 40)
    let views = try rows.map { try #require(View(row: $0)) }
    #expect(views.allSatisfy { abs($0.angle) <= 20 && abs($0.zoom - 1) <= 0.2 })
    #expect(views.allSatisfy { $0.brightness == 1 && abs($0.contrast - 1) <= 0.3 })
    #expect(views.contains { $0.angle < -15 } && views.contains { $0.angle > 15 })
    #expect((30...90).contains(views.count { $0.flipsHorizontally }))
    #expect((30...90).contains(views.count { $0.flipsVertically }))
    #expect(views.allSatisfy { $0.partner.isEmpty && $0.lambda == 1 })
    #expect(outcome.metrics["views"] == 3)
  }

  @Test func mixupIsStableWhenASampleIsAdded() throws {
    let before = try run(50, ["policy": "mixup"]).table("views", "views.csv").rows
    let ids = Set(before.map { $0[0] })
    for row in before {
      #expect(row[8] != row[0] && ids.contains(row[8]))
    }
    let lambdas = before.compactMap { Double($0[9]) }
    // Beta(0.2, 0.2) is near 0 or 1 most of the time.
    #expect(lambdas.count { $0 < 0.1 || $0 > 0.9 } > lambdas.count / 2)
    let after = try run(51, ["policy": "mixup"]).table("views", "views.csv").rows
    let known = Set(after)
    // One sample per view has the new one as its partner.
    #expect(before.count { !known.contains($0) } == 4)
    #expect(try run(50, ["policy": "mixup"], seed: 18).table("views", "views.csv").rows != before)
  }

  @Test func disablingFlipsKeepsTheOtherDraws() throws {
    let with = try run(10, [:]).table("views", "views.csv").rows
    let without = try run(10, ["flips": false]).table("views", "views.csv").rows
    #expect(without.allSatisfy { $0[4] == "0" && $0[5] == "0" })
    #expect(with.map { [$0[2], $0[6]] } == without.map { [$0[2], $0[6]] })
  }

  @Test func policyNoneIsTheIdentity() throws {
    let outcome = try run(10, ["policy": "none"])
    #expect(try outcome.table("views", "views.csv").rows.isEmpty)
    #expect(try ViewRecipe(outcome["views"]).views == 1)
    #expect(try outcome.text("sheet", "README.txt").contains("No images are connected"))
  }

  @Test func singleSampleHasNoPartner() throws {
    let rows = try run(1, ["policy": "mixup", "views": 1]).table("views", "views.csv").rows
    #expect(rows.map { [$0[8], $0[9]] } == [["", "1"]])
  }

  @Test func writesASheetOfTheImages() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 8)
    let split = try harness.run("split", inputs: ["images": [images]])
    let outcome = try harness.run(
      "augment", ["policy": "mixup", "views": 2],
      inputs: ["split": [split["split"]], "images": [images]])
    let sheet = try PNGCodec.decode(outcome["sheet"].bytes("sheet.png"))
    // Three tiles of 12 pixels across, four training samples down, gaps of four.
    #expect((sheet.width, sheet.height) == (3 * 16 + 4, 4 * 16 + 4))
  }

  @Test func bytesArePinned() throws {
    let outcome = try run(7, ["policy": "mixup"])
    #expect(outcome.digests == ["views": "30ce8100ac60", "sheet": "5dca41118dc7"])
    let fresh = try run(7, ["policy": "mixup", "views": 0, "balance": "oversample"])
    #expect(fresh.digests == ["views": "f3abfdcc14e0", "sheet": "5dca41118dc7"])
    #expect(Augment.revision == 3)
  }
}
