import Imaging
import PipelineDSL
import Testing

@testable import Stages

/// Recipes that draw new views in every epoch.
@Suite struct FreshViewsTests {
  static let policies = Augment.Policy.allCases.filter { $0 != .none }.map(\.rawValue)

  @Test(arguments: policies, ["plain", "consistency"])
  func firstEpochsEqualTheViewsOfATable(_ policy: String, _ form: String) throws {
    var with: JSONObject = [
      "policy": .string(policy), "augmix-form": .string(form), "views": 5, "shear": 0.1,
    ]
    let rows = try AugmentTests().run(40, with).table("views", "views.csv").rows
    with["views"] = 0
    let outcome = try AugmentTests().run(40, with)
    #expect(Set(outcome["views"].files.keys) == ["ids.csv", "rule.json"])
    #expect(outcome.metrics["views"] == 0)
    let fresh = try FreshViews(outcome["views"])
    #expect(fresh.copies == (policy == "augmix" && form == "consistency" ? 3 : 1))
    for row in rows {
      let number = try #require(Int(row[1]))
      #expect(fresh.view(number, of: row[0])?.row(id: row[0], view: number) == row)
    }
    let id = try #require(rows.first?[0])
    let views = (0..<200).compactMap { fresh.view($0, of: id) }
    #expect(Set(views).count == 200)
  }

  @Test func policyNoneStaysTheIdentity() throws {
    let outcome = try AugmentTests().run(10, ["policy": "none", "views": 0])
    let recipe = try ViewRecipe(outcome["views"])
    #expect(recipe.views == 1 && !recipe.isFresh)
  }

  @Test func repeatedSamplesGetViewsAndPartnersOfTheirOwn() throws {
    let harness = try StageHarness()
    let rows = (0..<20).map { [Digest.of("\($0)").hex, "train", $0 < 16 ? "a" : "b", ""] }
    let table = CSVTable(columns: SplitFormat.columns, rows: rows.sorted { $0[0] < $1[0] })
    let outcome = try harness.run(
      "augment", ["policy": "mixup", "views": 0, "balance": "oversample"],
      inputs: ["split": [try harness.artifact("split", [("split.csv", table.bytes)])]])
    let recipe = try ViewRecipe(outcome["views"])
    let fresh = try FreshViews(outcome["views"])
    var seen: Set<View> = []
    for epoch in 0..<10 {
      for occurrence in 0..<4 {
        let number = recipe.number(epoch: epoch, occurrence: occurrence)
        let view = try #require(fresh.view(number, of: rows[19][0]))
        #expect(!view.partner.isEmpty && view.partner != rows[19][0])
        seen.insert(view)
      }
    }
    #expect(seen.count == 40)
  }

  @Test func sheetShowsTheFirstEpochs() throws {
    let harness = try StageHarness()
    let images = try TestImages.artifact(harness, count: 8)
    let split = try harness.run("split", inputs: ["images": [images]])
    let outcome = try harness.run(
      "augment", ["policy": "cutmix", "views": 0],
      inputs: ["split": [split["split"]], "images": [images]])
    let sheet = try PNGCodec.decode(outcome["sheet"].bytes("sheet.png"))
    // The original and eight epochs.
    #expect(sheet.width == 9 * 16 + 4)
  }

  @Test func damagedRulesAreRefused() throws {
    let harness = try StageHarness()
    let good = ViewRule(Augment.Parameters(), seed: .max).bytes
    let ids = Array("id\na\nb\n".utf8)
    func failure(_ rule: [UInt8], _ ids: [UInt8]) throws -> String {
      let views = try harness.artifact("fresh", [(ViewRule.file, rule), ("ids.csv", ids)])
      return #expect(throws: StageError.self) { try ViewRecipe(views) }?.description ?? ""
    }
    let text = String(decoding: good, as: UTF8.self)
    func changed(_ old: String, _ new: String) -> [UInt8] {
      #expect(text.contains(old))
      return Array(text.split(separator: old, maxSplits: 1).joined(separator: new).utf8)
    }
    #expect(try ViewRule(good).seed == .max)
    #expect(
      try failure(changed("\"revision\":3", "\"revision\":2"), ids).contains(
        "by revision 2 of 'augment', and this program has 3; run 'augment' again"))
    #expect(try failure(changed("\"seed\"", "\"sead\""), ids).contains("rule.json of 'fresh'"))
    #expect(try failure(changed("\"plain\"", "\"plane\""), ids).contains("parameter"))
    #expect(try failure(Array("{".utf8), ids).contains("rule.json of 'fresh'"))
    #expect(try failure(good, Array("id\nb\na\n".utf8)).contains("not sorted"))
    #expect(try failure(good, Array("id\na\na\n".utf8)).contains("occurs twice"))
  }

  @Test func samplesOfAnotherSplitAreReported() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 2))
    let views = try harness.artifact(
      "fresh",
      [
        (ViewRule.file, ViewRule(Augment.Parameters(), seed: 1).bytes),
        (FreshViews.file, Array("id\na\n".utf8)),
      ])
    let failure = #expect(throws: StageError.self) {
      try ViewRecipe(views).render(
        0, view: 0, from: images, classIndex: ["a": 0, "b": 1], classes: 2)
    }
    #expect(failure?.reason.contains("no views of sample \(images.samples[0].id)") == true)
  }
}
