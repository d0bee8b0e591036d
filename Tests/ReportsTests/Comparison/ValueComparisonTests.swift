import PipelineDSL
import Statistics
import Store
import Testing

@testable import Reports

struct ValueComparisonTests {
  private static let text = """
    { "assay": 1, "name": "grid",
      "axes": { "backbone": ["cnn", "vgg16"], "augmentation": ["plain", "mixup"],
        "seed": [1, 2, 3, 4] },
      "stages": { "scores": { "uses": "evaluate" } } }
    """

  /// Scores in which mixup gains 0.01 a seed with the CNN, and nothing with VGG16.
  private func run(_ store: SampleStore, without left: String = "") throws -> RunSummary {
    var cells: [SampleStore.CellPlan] = []
    for backbone in ["cnn", "vgg16"] {
      for augmentation in ["plain", "mixup"] {
        for seed in 1...4 {
          var cell = SampleStore.CellPlan(
            "scores@backbone=\(backbone),augmentation=\(augmentation),seed=\(seed)", "evaluate")
          guard cell.name != left else { continue }
          let gain = backbone == "cnn" && augmentation == "mixup" ? 0.01 * Double(seed) : 0
          cell.metrics = [
            StageMetric("test/accuracy", 0.8 + gain), StageMetric("train/loss", 0.1),
            StageMetric("test/samples", 20), StageMetric("train/samples", 160),
          ]
          cells.append(cell)
        }
      }
    }
    return try store.record(cells, id: "20261121-000000-aaaaaa", text: Self.text)
  }

  private func compare(
    _ text: String, _ change: (inout ValueRequest) -> Void = { _ in }, without left: String = ""
  ) throws -> ValueComparison {
    let store = try SampleStore()
    var request = try ValueRequest(text)
    request.metrics = ["test/accuracy"]
    change(&request)
    return try ValueComparison(request, run: try run(store, without: left), records: store.records)
  }

  @Test func pairsAreTakenOverSeeds() throws {
    let comparison = try compare("augmentation=plain,mixup")
    #expect(comparison.paired == ["seed"])
    #expect(comparison.rows.map(\.name) == ["scores@backbone=cnn", "scores@backbone=vgg16"])
    let row = comparison.rows[0]
    let expected = PairedTTest([0.01, 0.02, 0.03, 0.04])
    #expect(abs((row.differences.mean ?? 0) - 0.025) < 1e-12)
    #expect(abs((row.differences.pValue ?? 0) - (expected.pValue ?? 1)) < 1e-9)
    let low = try #require(row.differences.bounds?.lowerBound)
    #expect(abs(low - (expected.bounds?.lowerBound ?? 0)) < 1e-9)
    #expect(row.verdict == .higher)
    // Equal differences leave nothing to test.
    #expect(comparison.rows[1].verdict == .untested)
    let text = comparison.text(try comparison.table(ListingRequest()), width: nil)
    #expect(text.contains("augmentation: mean of mixup - plain over pairs of the same seed"))
    #expect(text.contains("+0.0250"))
    #expect(text.contains("no-difference") == false)
  }

  @Test func theOrderOfTheValuesIsTheSign() throws {
    let rows = try compare("augmentation=mixup,plain").rows
    #expect(abs((rows[0].differences.mean ?? 0) + 0.025) < 1e-12)
    #expect(rows[0].verdict == .lower)
  }

  @Test func otherTestsAreUsed() throws {
    let resampled = try compare("augmentation=plain,mixup") { $0.test = .correctedT }.rows[0]
    let expected = PairedTTest.resampled([0.01, 0.02, 0.03, 0.04], testToTrain: 0.125)
    #expect(abs((resampled.differences.pValue ?? 0) - (expected.pValue ?? 1)) < 1e-9)
    let ranks = try compare("augmentation=plain,mixup") { $0.test = .wilcoxon }.rows[0]
    #expect(ranks.differences.pValue == 0.125)
    #expect(ranks.verdict == .noDifference)
  }

  @Test func cellsWithoutAPartnerAreCounted() throws {
    let comparison = try compare(
      "augmentation=plain,mixup", without: "scores@backbone=cnn,augmentation=mixup,seed=4")
    #expect(comparison.unpaired == 1)
    #expect(comparison.rows[0].differences.values.count == 3)
    let text = comparison.text(try comparison.table(ListingRequest()), width: 80)
    #expect(text.contains("1 cell without a partner left out"))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(arguments: [
    ("augmentation", "expected AXIS=VALUE,VALUE"), ("augmentation=mixup", "expected AXIS=VALUE"),
    ("augmentation=mixup,mixup", "expected AXIS=VALUE"),
    ("augmentatio=plain,mixup", "did you mean 'augmentation'?"),
    ("augmentation=plan,mixup", "did you mean 'plain'?"),
    ("augmentation=other,mixup", "there are mixup, plain"),
  ])
  func errorsAreNamed(text: String, reason: String) {
    let error = #expect(throws: QueryError.self) { try compare(text) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func checkedAndTestMetricsAreTheDefault() throws {
    let comparison = try compare("augmentation=plain,mixup") { $0.metrics = [] }
    #expect(Set(comparison.rows.map(\.metric)) == ["test/accuracy", "test/samples"])
    let error = #expect(throws: QueryError.self) {
      try compare("augmentation=plain,mixup") { $0.metrics = ["test/acuracy"] }
    }
    #expect(error?.reason.contains("'test/accuracy'") == true)
    #expect(throws: QueryError.self) {
      try compare("augmentation=plain,mixup") { $0.paired = ["augmentation"] }
    }
  }
}
