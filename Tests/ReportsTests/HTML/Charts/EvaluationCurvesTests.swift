import PipelineDSL
import Testing

@testable import Reports

struct EvaluationCurvesTests {
  /// An evaluation with all tables of curves.
  private var cell: SampleStore.CellPlan {
    var cell = SampleStore.CellPlan("scores@seed=1", "evaluate")
    cell.outputs = [
      .init(
        "metrics", .metrics,
        text: [
          "roc_test.csv":
            "class,margin,false-positive-rate,true-positive-rate\nA,,0,0\nA,2,0,0.5\nA,1,1,1\n<b>,,0,0\n<b>,2,1,1\n",
          "precision-recall_test.csv": "class,margin,precision,recall\nA,2,1,0.5\nA,1,0.5,1\n",
          "risk-coverage_test.csv": "margin,coverage,risk\n2,0.5,0\n1,1,0.25\n",
          "calibration_test.csv":
            "binning,low,high,samples,confidence,accuracy,accuracy-low,accuracy-high\n"
            + "equal-width,0.6,0.8,8,0.75,0.5,0.2,0.8\nequal-mass,0.6,1,20,0.8,0.8,0.6,0.9\n",
          "intervals.csv":
            "part,scope,metric,value,low,high,method,samples,groups,confidence\n"
            + "test,overall,macro-f1,0.8,0.7,0.9,bca,20,9,0.95\n"
            + "test,overall,macro-auc,0.75,0.5,1,bca,20,9,0.95\n"
            + "test,class:A,auc,0.875,0.5,1,delong,20,,0.95\n",
        ])
    ]
    cell.metrics = [
      StageMetric("test/ece", 0.25), StageMetric("test/aurc", 0.125),
      StageMetric("test/average-precision/A", 0.625),
    ]
    return cell
  }

  private func figures(_ cells: [SampleStore.CellPlan], limit: Int = .max) throws -> FigureList {
    let store = try SampleStore()
    let context = try store.context(cells)
    return withExtendedLifetime(store) {
      EvaluationCurves.figures(context.facts, context.reader, limit: limit)
    }
  }

  @Test func drawsWhatWasEvaluated() throws {
    let figures = try figures([cell]).figures
    #expect(
      figures.map(\.name) == [
        "roc/scores@seed=1", "precision-recall/scores@seed=1", "reliability/scores@seed=1",
        "risk-coverage/scores@seed=1",
      ])
    let charts = figures.compactMap { $0.drawing as? Chart }
    #expect(
      charts.map { $0.series.map(\.name) } == [
        ["", "A 0.8750", "<b>"], ["A 0.6250"], ["perfect calibration", "accuracy"], ["risk"],
      ])
    #expect(charts[0].series[1].points.map(\.y) == [0, 0.5, 1])
    #expect(
      charts[2].series[1].points == [
        .init(
          x: 75, y: 50, low: 20, high: 80, about: "8 samples: confidence 0.7500, accuracy 0.5000")
      ])
    #expect(charts[3].rules.map(\.at) == [25])
    #expect(!figures.map(\.html.text).joined().contains("<b>"))
  }

  @Test func captionsStateTheirNumbers() throws {
    let captions = try figures([cell]).figures.map(\.caption)
    #expect(
      captions.allSatisfy { $0.contains("scores@seed=1, test part, n = 20 samples of 9 groups") })
    #expect(
      captions[0].contains("macro AUC 0.7500 (95 % interval 0.5000 to 1, BCa bootstrap of groups)"))
    #expect(captions[2].contains("ECE 0.2500"))
    #expect(captions[3].contains("area 0.1250"))
  }

  @Test func otherTablesAreNotRead() throws {
    var cell = SampleStore.CellPlan("m", "command")
    cell.outputs = [.init("metrics", .metrics, text: ["roc_test.csv": "x,y\n1,2\n"])]
    #expect(try figures([cell]).figures.isEmpty)
  }

  @Test func countsWhatTheLimitLeavesOut() throws {
    let list = try figures([cell], limit: 3)
    #expect(list.figures.isEmpty && list.leftOut == 4)
  }
}
