import Imaging
import PipelineDSL
import Testing

@testable import Stages

/// AugMix as one mixed image per view, and as an image with two mixed copies.
@Suite struct AugMixFormTests {
  private func views(_ form: JSONValue, _ harness: StageHarness) throws -> (ViewRecipe, [View]) {
    let split = try AugmentTests().split(harness, 10)
    let outcome = try harness.run(
      "augment", ["policy": "augmix", "augmix-form": form], inputs: ["split": [split]])
    let rows = try outcome.table("views", "views.csv").rows
    return (try ViewRecipe(outcome["views"]), try rows.map { try #require(View(row: $0)) })
  }

  @Test func plainIsTheDefaultAndShowsOneMixedImage() throws {
    let harness = try StageHarness()
    let (plain, one) = try views("plain", harness)
    let (pair, two) = try views("consistency", harness)
    #expect(plain.copies == 1 && pair.copies == 3)
    #expect(one.allSatisfy { $0.mixes.count == 1 } && two.allSatisfy { $0.mixes.count == 2 })
    // Both forms draw the same first mixture.
    #expect(one.map(\.mixes[0]) == two.map(\.mixes[0]))
    let split = try AugmentTests().split(harness, 10)
    let usual = try harness.run("augment", ["policy": "augmix"], inputs: ["split": [split]])
    #expect(try ViewRecipe(usual["views"]).copies == 1)
  }

  @Test func theViewIsTheMixedImage() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 1))
    let chain = View.Mix.Chain(weight: 1, operations: [ImageOperation(.solarize, 0)])
    var view = View(flipsHorizontally: true)
    view.mixes = [View.Mix(chains: [chain], share: 0.7)]
    let expected = view.mixes[0].shows(try images.image(0).flippedHorizontally)
    func shown() throws -> ViewRecipe.Rendering {
      let table = CSVTable(
        columns: ViewRecipe.columns, rows: [view.row(id: images.samples[0].id, view: 0)])
      let views = try harness.artifact("\(view.copies)", [("views.csv", table.bytes)])
      return try ViewRecipe(views).render(
        0, view: 0, from: images, classIndex: [images.samples[0].label: 0], classes: 2)
    }
    #expect(try shown().images == [expected] && shown().target == [1, 0])
    view.mixes.append(View.Mix(chains: [chain], share: 0))
    let clean = try images.image(0).flippedHorizontally
    #expect(try shown().images == [clean, expected, clean])
  }

  private struct Reference: Decodable {
    struct Case: Decodable {
      let share: Double
      let weights: [Double]
      let chains: [String]
      let mixed: [UInt8]
    }
    let width: Int
    let height: Int
    let image: [UInt8]
    let cases: [Case]
  }

  /// torchvision's mixture for the same weights and operations, rounded.
  @Test func mixturesMatchTorchvision() throws {
    let reference = try Fixture.json("augmentation/augmix.json", as: Reference.self)
    let image = Image(width: reference.width, height: reference.height, pixels: reference.image)
    #expect(reference.cases.count == 3)
    for item in reference.cases {
      let chains = try zip(item.weights, item.chains).map { weight, text in
        let operations = text.split(separator: ";").compactMap { ImageOperation(text: $0) }
        try #require(operations.count == text.split(separator: ";").count)
        return View.Mix.Chain(weight: weight, operations: operations)
      }
      let mixed = View.Mix(chains: chains, share: item.share).shows(image)
      #expect(mixed.pixels == item.mixed)
    }
  }

  @Test func aSecondMixtureAloneIsRefused() {
    var row = View().row(id: "a", view: 0)
    row[18] = "1: rotate 3 @ 0.5"
    #expect(View(row: row) == nil)
    (row[17], row[18]) = (row[18], "")
    #expect(View(row: row)?.mixes.count == 1)
  }
}
