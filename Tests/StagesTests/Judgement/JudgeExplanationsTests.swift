import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct JudgeExplanationsTests {
  private let scene: JudgementScene
  private let quick: JSONObject = [
    "measures": ["removal", "erasure", "infidelity", "sensitivity-n", "localisation"],
    "removal-steps": 8, "removal-hide": "black", "perturbations": 10,
  ]

  private var quickGradCAM: JSONObject {
    var quick = quick
    quick["methods"] = ["grad-cam"]
    return quick
  }

  init() throws { scene = try JudgementScene() }

  @Test("every measure is reported for methods and baselines, gains for methods only")
  func reportsEveryMeasure() throws {
    let outcome = try scene.judge(quick, masks: try scene.masks(of: Array(0..<6)))
    let metrics = outcome.metrics
    let measures = Measure.allCases.filter { $0.hasBaseline || $0 == .cytoplasmShare }
    for measure in measures {
      for method in ["grad-cam", "occlusion", "random", "edges", "centre"] {
        #expect(metrics["\(method)/\(measure.rawValue)"] != nil, "\(method) \(measure)")
      }
      #expect((metrics["occlusion/\(measure.rawValue)/gain"] != nil) == measure.hasBaseline)
      #expect(metrics["random/\(measure.rawValue)/gain"] == nil)
    }
    #expect(metrics["images"] == 6)
    let gains = try outcome.table("metrics", GainsFormat.file)
    #expect(gains.columns == GainsFormat.columns)
    #expect(gains.rows.count == measures.count * 5)
    let rows = try outcome.table("metrics", "measures.csv").rows
    #expect(rows.count == measures.count * 5 * 6)
    let curves = try outcome.table("metrics", "curves.csv")
    #expect(curves.rows.count == 5 * 2 * 9)
    #expect(curves.rows[8].prefix(5) == ["grad-cam", "deletion", "8", "1.0000", "6"])
    #expect(try MetricsFile.read(outcome["metrics"]) == metrics)
  }

  /// The model counts bright pixels by half, so the square is all the evidence there is.
  @Test("what the model looks at beats a random map")
  func evidenceBeatsRandom() throws {
    let metrics = try scene.judge(quick, masks: try scene.masks(of: Array(0..<6))).metrics
    for (measure, isHigher) in [
      ("deletion", false), ("insertion", true), ("comprehensiveness", true),
      ("sufficiency", false), ("pixel-auroc", true), ("sensitivity-n", true),
    ] {
      let own = try #require(metrics["grad-cam/\(measure)"])
      let random = try #require(metrics["random/\(measure)"])
      #expect(isHigher ? own > random : own < random, "\(measure): \(own), random \(random)")
    }
  }

  @Test("max-sensitivity and agreement compare maps of one model")
  func stability() throws {
    let outcome = try scene.judge([
      "measures": ["max-sensitivity", "agreement", "layers"], "sensitivity-draws": 2,
    ])
    // The scene's Grad-CAM does not depend on the image.
    #expect(outcome.metrics["grad-cam/max-sensitivity"] == 0)
    #expect((outcome.metrics["grad-cam+occlusion/spearman"] ?? 0) > 0.2)
    #expect(outcome.metrics["occlusion+grad-cam/spearman"] == nil)
    #expect(outcome.metrics["grad-cam+occlusion/iou"] != nil)
    #expect(outcome.metrics["random/max-sensitivity"] == nil)
    #expect(outcome.metrics["grad-cam/layers-spearman"] == nil)
    #expect(
      outcome.events.log == ["layers: left out, since the model is not a single network"])
  }

  @Test("other models are compared on the class that the judged one predicts")
  func otherModels() throws {
    let other = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: { try ExplanationScene.model.gradCAMs($0, 1 - $1) }, gradients: nil)
    let outcome = try scene.judge(["measures": ["reseeded", "labels"], "methods": ["grad-cam"]]) {
      $0.reseeded = [
        ("same", { ExplanationScene.model }), ("other", { other }),
      ]
      $0.randomised = ("other", { other })
    }
    #expect(isNear(outcome.metrics["grad-cam/labels-iou"] ?? 1, 0, 0.2))
    let (labels, reseeded) = (
      try #require(outcome.metrics["grad-cam/labels-spearman"]),
      try #require(outcome.metrics["grad-cam/reseeded-spearman"])
    )
    #expect(labels < 0.9 && isNear(reseeded, (1 + labels) / 2, 1e-9))
    let foreign = ExplainedModel(
      classes: ["A", "B"], probabilities: other.probabilities, gradCAMs: other.gradCAMs,
      gradients: nil)
    let error = try #require(throws: StageError.self) {
      try scene.judge(["measures": ["labels"]]) { $0.randomised = ("far", { foreign }) }
    }
    #expect(error.reason == "the classes of 'far' are not those of the explained model")
  }

  @Test("the layers' curve has a point per step; the last one is the measure")
  func layers() throws {
    let constant = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: { _, _ in [("", [Float](repeating: 0, count: 16), 4, 4)] }, gradients: nil)
    let outcome = try scene.judge(["measures": ["layers"], "methods": ["grad-cam"]]) {
      $0.layers = [("top", { ExplanationScene.model }), ("bottom", { constant })]
    }
    #expect(outcome.metrics["grad-cam/layers-spearman"] == 0)
    let curves = try outcome.table("metrics", "curves.csv").rows.filter {
      $0[1] == "layers-spearman"
    }
    #expect(
      curves == [
        ["grad-cam", "layers-spearman", "0", "top", "6", "1.000000"],
        ["grad-cam", "layers-spearman", "1", "bottom", "6", "0.000000"],
      ])
  }

  @Test("only some images per class are explained again, but all are judged")
  func explainedAgain() throws {
    let outcome = try scene.judge([
      "measures": ["erasure", "max-sensitivity", "agreement"], "repeat-per-class": 1,
    ])
    let gains = try outcome.table("metrics", GainsFormat.file)
    let (measure, images) = (
      try gains.column(GainsFormat.Column.measure), try gains.column(GainsFormat.Column.images)
    )
    for row in gains.rows {
      #expect(row[images] == (row[measure] == "max-sensitivity" ? "2" : "6"))
    }
  }

  @Test("the images are those that explain chooses for the same seed")
  func sameChoiceAsExplain() throws {
    for seed in [3, 17] as [UInt64] {
      let judged = try scene.judge(
        ["measures": ["erasure"], "methods": ["grad-cam"], "per-class": 1], seed: seed)
      let explained = try scene.scene.explain(
        ["methods": ["grad-cam"], "per-class": 1], seed: seed)
      let ids = try judged.table("metrics", "measures.csv").rows.filter { $0[3] == "grad-cam" }
      #expect(
        try Set(ids.map { $0[0] })
          == Set(explained.table("explanations", "index.csv").rows.map { $0[0] }))
      #expect(judged.metrics["images"] == 2)
    }
    let named = try scene.judge([
      "measures": ["erasure"], "methods": ["grad-cam"], "ids": ["333", "000"],
    ])
    #expect(try named.table("metrics", "measures.csv").rows.map { $0[0] }.first == "333")
    #expect(throws: StageError.self) { try scene.judge(["ids": ["nowhere"]]) }
  }

  @Test("a model without gradients is refused by integrated gradients, with the remedy")
  func withoutGradients() throws {
    let model = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: ExplanationScene.model.gradCAMs, gradients: nil)
    let error = try #require(throws: StageError.self) {
      try scene.judge(["methods": ["integrated-gradients"]], model)
    }
    #expect(error.reason == "integrated-gradients: the model has no gradients")
    #expect(error.hint == "let 'methods' name methods that work with this model")
    #expect(try scene.judge(quick, model).metrics["grad-cam/deletion"] != nil)
  }

  @Test("a map with NaN is refused")
  func notANumber() throws {
    let model = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: { _, _ in [("", [1, .nan, 0, 0], 2, 2)] }, gradients: nil)
    #expect(throws: StageError.self) { try scene.judge(["methods": ["grad-cam"]], model) }
    let map = Saliency(width: 3, height: 1, values: [1, .nan, 0])
    let prediction = try #require(
      try ExplanationScene.model.predict(
        scene.scene.images, [0],
        StageContext(scratch: "", state: StateFolder(""), events: RecordedEvents())
      ).first)
    #expect(throws: StageError.self) {
      try JudgementWork.checked(map, "grad-cam", prediction)
    }
  }

  @Test("a constant map gains nothing, and a warning says so")
  func constantMap() throws {
    let model = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: { _, _ in [("", [Float](repeating: 1, count: 16), 4, 4)] }, gradients: nil)
    let outcome = try scene.judge(
      quickGradCAM, model,
      masks: try scene.masks(of: Array(0..<6)))
    let gains = try outcome.table("metrics", GainsFormat.file)
    let (verdict, method) = (
      try gains.column(GainsFormat.Column.verdict), try gains.column(GainsFormat.Column.method)
    )
    let own = gains.rows.filter { $0[method] == "grad-cam" }.map { $0[verdict] }
    #expect(!own.contains("gain") && own.contains("no-gain"))
    #expect(outcome.metrics["grad-cam/pixel-auroc"] == 0.5)
    #expect(
      outcome.events.warnings.contains {
        $0.hasPrefix("grad-cam has no gain over the best baseline in deletion, insertion")
      })
  }

  @Test("a flat map is reported, and judged as a random order")
  func flatMap() throws {
    let model = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: { _, _ in [("", [Float](repeating: 0, count: 16), 4, 4)] }, gradients: nil)
    let outcome = try scene.judge(quickGradCAM, model)
    #expect(outcome.metrics["grad-cam/deletion"] != nil)
    #expect(
      outcome.events.warnings.first
        == "grad-cam is zero everywhere on 6 images: it orders no pixels")
  }

  @Test(
    "parameters that contradict each other are refused",
    arguments: [
      (["measures": []], "'measures' is empty"), (["baselines": []], "'baselines' is empty"),
      (["measures": ["removal", "removal"]], "'measures' names one group twice"),
      (["baselines": ["edges", "edges"]], "'baselines' names one map twice"),
      (["reseeded": true, "measures": ["removal"]], "'reseeded' is true"),
      (["randomised": true, "measures": ["removal"]], "'randomised' is true"),
      (["methods": []], "'methods' is empty"),
    ] as [(JSONObject, String)])
  func conflicts(_ given: JSONObject, _ start: String) throws {
    guard case .failure(let problems) = JudgeExplanations.Parameters.read(given) else {
      Issue.record("\(given) is accepted")
      return
    }
    #expect(problems.list.first?.sentence.hasPrefix(start) == true)
  }

  @Test("the parameters of explain are shared, but for those that choose what it draws")
  func sharedParameters() {
    let names = JudgeExplanations.Parameters.fields.map(\.description.name)
    #expect(Set(names).count == names.count)
    #expect(Set(["methods", "ids", "layer", "samples", "steps", "masks"]).isSubset(of: names))
    #expect(!names.contains("lime-limit") && !names.contains("choose"))
  }

  @Test("the ports of further models are there only with their parameters")
  func ports() {
    var parameters = JudgeExplanations.Parameters()
    func models() -> [String] {
      JudgeExplanations(parameters).resolvedPorts().inputs.filter { $0.type == .model }.map(\.name)
    }
    #expect(models() == ["model"])
    parameters.reseeded = true
    #expect(models() == ["model", "reseeded"])
    parameters.randomised = true
    #expect(models() == ["model", "reseeded", "randomised"])
  }
}
