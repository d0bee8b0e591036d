import PipelineDSL
import Store
import Testing

@testable import Reports

struct LearningCurvesTests {
  @Test func putsTrainAndValidationTogether() {
    let families = LearningCurves.families(of: [
      StageMetric("train/loss", step: 1, 2), StageMetric("train/loss", step: 0, 3),
      StageMetric("validation/loss", step: 0, 4), StageMetric("learning-rate", step: 0, 0.1),
      StageMetric("test/accuracy", 0.9),
    ])
    #expect(families.keys.sorted() == ["learning-rate", "loss"])
    #expect(families["loss"]?.map(\.name) == ["train", "validation"])
    #expect(families["loss"]?.map(\.colour) == [0, 1])
    #expect(families["loss"]?.first?.points.map(\.y) == [3, 2])
  }

  /// The model of a seed, with losses from its epochs and a second phase from the third epoch.
  private func model(_ seed: Int, _ losses: [Double], kept: Double) -> SampleStore.CellPlan {
    var cell = SampleStore.CellPlan("model@backbone=cnn,seed=\(seed)", "fine-tune")
    cell.metrics = losses.enumerated().map { StageMetric("train/loss", step: $0, $1) }
    cell.metrics.append(StageMetric("best/epoch", kept))
    let rows = losses.indices.map { "\($0),\($0 < 2 ? 1 : 2),0.1" }.joined(separator: "\n")
    cell.outputs = [
      .init("history", .metrics, text: ["history.csv": "epoch,stage,train/loss\n\(rows)\n"])
    ]
    return cell
  }

  private func figures(_ cells: [SampleStore.CellPlan], limit: Int = 10) throws -> FigureList {
    let store = try SampleStore()
    let facts = try RunFacts(try store.grid(cells, end: .done), store.records)
    return withExtendedLifetime(store) {
      LearningCurves.figures(facts, ArtifactReader(store.objects), limit: limit)
    }
  }

  @Test func countsEpochsFromOneAndMarksThem() throws {
    let figure = try #require(try figures([model(1, [4, 3, 2], kept: 1)]).figures.first)
    let chart = try #require(figure.drawing as? Chart)
    #expect(chart.series[0].points.map(\.x) == [1, 2, 3])
    #expect(chart.rules.map(\.at) == [2.5, 2])
    #expect(chart.rules.map(\.label) == ["fine-tuning", "kept: epoch 2"])
    #expect(figure.name == "curves/model@backbone=cnn/loss")
    #expect(figure.caption.contains("n = 1 training"))
    #expect(figure.caption.contains("The head alone was trained before epoch 3"))
  }

  @Test func repeatsAreABand() throws {
    let list = try figures([model(1, [4, 3], kept: 0), model(2, [2, 1, 0.5], kept: 2)])
    let figure = try #require(list.figures.first)
    let chart = try #require(figure.drawing as? Chart)
    #expect(list.figures.count == 1)
    #expect(chart.series[0].mark == .band)
    #expect(chart.series[0].points.map(\.y) == [3, 2, 0.5])
    #expect(chart.series[0].points.map(\.low) == [2, 1, 0.5])
    #expect(figure.caption.contains("n = 2 repeats (seed)"))
    #expect(figure.caption.contains("epochs 1 to 3 were kept"))
  }

  @Test func stepsOfOtherProgramsStayAsTheyAre() throws {
    var cell = SampleStore.CellPlan("m", "command")
    cell.metrics = [StageMetric("loss", step: 0, 1), StageMetric("loss", step: 100, 2)]
    let chart = try #require(try figures([cell]).figures.first?.drawing as? Chart)
    #expect(chart.series[0].points.map(\.x) == [0, 100])
    #expect(chart.x.label == "step")
  }

  @Test func countsWhatTheLimitLeavesOut() throws {
    let cells = [model(1, [1, 2], kept: 0)]
    #expect(try figures(cells, limit: 0).leftOut == 1)
  }
}
