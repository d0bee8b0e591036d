import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ViewRecipeTests {
  func recipe(_ harness: StageHarness, _ name: String, _ rows: [[String]]) throws -> ViewRecipe {
    let table = CSVTable(columns: ViewRecipe.columns, rows: rows)
    return try ViewRecipe(try harness.artifact(name, [("views.csv", table.bytes)]))
  }

  @Test func identityReturnsTheImageAndItsClass() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 2))
    let shown = try ViewRecipe.identity.render(
      1, view: 5, from: images, classIndex: ["a": 0, "b": 1], classes: 2)
    #expect(try shown.images == [images.image(1)])
    #expect(shown.target == (images.samples[1].label == "a" ? [1, 0] : [0, 1]))
  }

  @Test func mixesWithThePartnersView() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 2))
    let ids = images.samples.map(\.id)
    let recipe = try recipe(
      harness, "mix",
      [
        View(flipsHorizontally: true, partner: ids[1], lambda: 0.75).row(id: ids[0], view: 0),
        View().row(id: ids[0], view: 1),
        View(flipsVertically: true).row(id: ids[1], view: 0), View().row(id: ids[1], view: 1),
      ])
    #expect(recipe.views == 2)
    let index = ["a": 0, "b": 1]
    let mixed = try recipe.render(0, view: 2, from: images, classIndex: index, classes: 3)
    let (mine, theirs) = (
      try images.image(0).flippedHorizontally, try images.image(1).flippedVertically
    )
    for at in mixed.images[0].pixels.indices {
      let exact = 0.75 * Double(mine.pixels[at]) + 0.25 * Double(theirs.pixels[at])
      #expect(abs(Double(mixed.images[0].pixels[at]) - exact) <= 0.51)
    }
    var target: [Float] = [0, 0, 0]
    target[images.samples[0].label == "a" ? 0 : 1] += 0.75
    target[images.samples[1].label == "a" ? 0 : 1] += 0.25
    #expect(mixed.target == target)
    #expect(
      try recipe.render(0, view: 1, from: images, classIndex: index, classes: 3).images
        == [try images.image(0)])
  }

  @Test func angleOf90IsAQuarterTurn() {
    var image = Image(width: 4, height: 4)
    image[3, 0, 0] = 200
    let turned = View(angle: 90).shows(image)
    #expect(turned[0, 0, 0] == 200)
    #expect(turned.pixels.count { $0 > 100 } == 1)
  }

  @Test func fillsWithTheBorderMean() {
    let image = Image(width: 8, height: 8, filledWith: 220)
    #expect(image.borderMean == 220)
    #expect(View(angle: 30, zoom: 0.5).shows(image) == image)
    #expect(Image(width: 1, height: 1, channels: 1, filledWith: 7).borderMean == 7)
  }

  @Test func refusesInvalidTables() throws {
    let harness = try StageHarness()
    let row = View().row(id: "a", view: 0)
    for (name, rows) in [
      ("number", [["a", "0", "x"] + row.dropFirst(3)]),
      ("order", [row, View().row(id: "a", view: 2)]),
      ("few", [row, View().row(id: "a", view: 1), View().row(id: "b", view: 0)]),
      ("twice", [row, View().row(id: "b", view: 0), row]),
      ("lambda", [row.dropLast() + ["1.5"]]),
    ] {
      #expect(throws: StageError.self, "\(name)") { try recipe(harness, name, rows) }
    }
  }

  @Test func reportsASampleWithoutViews() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 2))
    let recipe = try recipe(harness, "other", [View().row(id: "a", view: 0)])
    let failure = #expect(throws: StageError.self) {
      try recipe.render(0, view: 0, from: images, classIndex: ["a": 0, "b": 1], classes: 2)
    }
    #expect(failure?.reason.contains(images.samples[0].id) == true)
  }

  /// Found by the fuzzer: views that are never drawn and whose images cannot be computed.
  @Test(arguments: [
    (2, "1e300"), (3, "0"), (3, "1e-300"), (6, "-1"), (7, "1e30"), (11, "1e9"), (13, "-1e200"),
    (14, "1e9"), (14, "-1"), (17, "inf: equalize @ 0.5"), (17, "2: equalize @ 0.5"),
  ])
  func viewsOutOfBoundsAreRefused(_ column: Int, _ field: String) {
    var row = View().row(id: "a", view: 0)
    #expect(View(row: row) != nil)
    row[column] = field
    if column == 17 { row[18] = field }
    #expect(View(row: row) == nil)
  }
}
