import Imaging
import PipelineDSL
import Testing

@testable import Stages

/// The policies other than plain and mixup, and balancing.
@Suite struct PolicyTests {
  private func views(_ with: JSONObject, count: Int = 40) throws -> [View] {
    let outcome = try AugmentTests().run(count, with)
    return try outcome.table("views", "views.csv").rows.map { try #require(View(row: $0)) }
  }

  @Test func randAugmentAppliesTheMagnitude() throws {
    let views = try views(["policy": "randaugment", "operations": 3, "magnitude": 15])
    let operations = views.flatMap(\.operations)
    // One of fourteen choices is the identity.
    #expect(operations.count < 3 * views.count && operations.count > 5 * views.count / 2)
    #expect(Set(operations.map(\.kind)) == Set(ImageOperation.Kind.allCases))
    for operation in operations {
      switch operation.kind {
      case .rotate: #expect(abs(operation.amount) == 15)
      case .posterize: #expect(operation.amount == 6)
      case .solarize: #expect(operation.amount == 128)
      case .shearX, .shearY: #expect(abs(operation.amount) == 0.15)
      case .sharpness: #expect([0.55, 1.45].contains(operation.amount))
      default: break
      }
    }
  }

  @Test func augMixDrawsTwoMixesOfWeightedChains() throws {
    let views = try views(["policy": "augmix", "augmix-form": "consistency"])
    for mix in views.flatMap(\.mixes) {
      #expect(mix.chains.count == 3 && abs(mix.chains.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
      #expect(mix.chains.allSatisfy { (1...3).contains($0.operations.count) })
    }
    #expect(views.allSatisfy { $0.mixes.count == 2 && $0.mixes[0] != $0.mixes[1] })
    let turns = views.flatMap(\.mixes).flatMap(\.chains).flatMap(\.operations)
      .filter { $0.kind == .rotate }
    // Severity 3 of 10 limits rotation to 9 of 30 degrees.
    #expect(turns.allSatisfy { abs($0.amount) <= 9 } && !turns.isEmpty)
  }

  @Test func cutMixPastesABoxAndWeightsLabelsByArea() throws {
    let harness = try StageHarness()
    let images = try ImageSet(try TestImages.artifact(harness, count: 2))
    let ids = images.samples.map(\.id)
    var view = View(partner: ids[1], lambda: 0.7)
    view.box = View.Box(left: 0.25, top: 0, right: 0.75, bottom: 0.5)
    let table = CSVTable(
      columns: ViewRecipe.columns,
      rows: [view.row(id: ids[0], view: 0), View().row(id: ids[1], view: 0)])
    let recipe = try ViewRecipe(try harness.artifact("cut", [("views.csv", table.bytes)]))
    let shown = try recipe.render(
      0, view: 0, from: images, classIndex: ["a": 0, "b": 1], classes: 2)
    #expect(shown.target.sorted() == [0.25, 0.75])
    let (own, other) = (try images.image(0), try images.image(1))
    for y in 0..<12 {
      for x in 0..<12 {
        let inside = (3..<9).contains(x) && y < 6
        #expect(shown.images[0][x, y, 0] == (inside ? other : own)[x, y, 0])
      }
    }
  }

  @Test func mixWithZeroShareIsTheOriginal() throws {
    let image = Pictures.disc()
    let chain = View.Mix.Chain(weight: 1, operations: [ImageOperation(.solarize, 0)])
    #expect(View.Mix(chains: [chain], share: 0).shows(image) == image)
    let inverted = View.Mix(chains: [chain], share: 1).shows(image)
    #expect(zip(inverted.pixels, image.pixels).allSatisfy { $0 == 255 - $1 })
  }

  @Test func oversamplingMatchesTheLargestClass() throws {
    let harness = try StageHarness()
    let rows = (0..<26).map {
      [Digest.of("\($0)").hex, "train", $0 < 16 ? "a" : $0 < 23 ? "b" : "c", ""]
    }
    let table = CSVTable(columns: SplitFormat.columns, rows: rows.sorted { $0[0] < $1[0] })
    let split = try harness.artifact("split", [("split.csv", table.bytes)])
    let outcome = try harness.run(
      "augment", ["balance": "oversample", "views": 2], inputs: ["split": [split]])
    let balance = try #require(try SampleBalance(outcome["views"]))
    var seen: [String: Int] = [:]
    for epoch in 0..<7 {
      for (label, members) in Dictionary(grouping: rows, by: { $0[2] }) {
        let counts = members.map { balance.occurrences(of: $0[0], epoch: epoch) }
        #expect(counts.reduce(0, +) == 16, "\(label) in epoch \(epoch)")
        for (row, count) in zip(members, counts) where label == "b" {
          seen[row[0], default: 0] += count
        }
      }
    }
    // Over seven epochs each of the seven samples of b is seen equally often.
    #expect(Set(seen.values) == [16])
  }

  @Test func rowsRoundTrip() throws {
    for policy in ["plain", "mixup", "cutmix", "randaugment", "augmix"] {
      let with: JSONObject = [
        "policy": .string(policy), "shear": 0.2, "pan": 0.1, "emboss": 0.3, "views": 2,
        "augmix-form": "consistency",
      ]
      let rows = try AugmentTests().run(10, with).table("views", "views.csv").rows
      for row in rows {
        let view = try #require(View(row: row))
        #expect(view.row(id: row[0], view: Int(row[1]) ?? -1) == row)
      }
    }
  }

  @Test func invalidFieldsAreRefused() {
    let good = View().row(id: "a", view: 0)
    #expect(View(row: good) != nil)
    for (column, text) in [
      (2, "x"), (3, "0"), (9, "2"), (15, "spin 3"), (16, "0 0 1"), (16, "0.5 0 0.2 1"),
      (17, "0.5: rotate 3"),
    ] {
      var row = good
      row[column] = text
      #expect(View(row: row) == nil, "\(text)")
    }
  }
}
