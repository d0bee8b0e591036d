import PipelineDSL
import Store
import Testing

@testable import Reports

struct HeadlineTests {
  @Test func repeatsAreTakenTogetherAndFailedOnesCounted() throws {
    let store = try SampleStore()
    let run = try store.grid()
    let headline = try #require(Headline.all(try RunFacts(run, store.records)).first)
    #expect(headline.stage == "scores" && headline.part == .test)
    #expect(headline.metrics == ["accuracy", "loss"])
    let rows = Dictionary(uniqueKeysWithValues: headline.rows.map { ($0.name, $0) })
    let mixup = try #require(rows["scores@backbone=vgg16,policy=mixup"])
    #expect(mixup.count == 2)
    let value = try #require(mixup.values["accuracy"])
    #expect(abs(value.mean - 0.96) < 1e-12)
    #expect(abs(try #require(value.deviation) - 0.02 / 2.0.squareRoot()) < 1e-12)
    #expect(value.published?.value == 0.979)
    let half = try #require(rows["scores@backbone=cnn,policy=mixup"])
    #expect((half.count, half.expected) == (1, 2))
    #expect(half.values["accuracy"]?.deviation == nil)
    // No repeat of this one has a value.
    #expect(rows["scores@backbone=cnn,policy=augmix"] == nil)
  }

  @Test func validationIsShownWithoutATestSet() throws {
    let store = try SampleStore()
    var cell = SampleStore.CellPlan("scores", "evaluate")
    cell.metrics = [StageMetric("validation/accuracy", 0.5), StageMetric("train/accuracy", 1)]
    let facts = try store.context([cell]).facts
    #expect(Headline.all(facts).map(\.part) == [.validation])
  }
}
