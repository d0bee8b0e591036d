import PipelineDSL
import Store

/// The cells of a grid of backbones and policies with seeds, some of which failed.
enum GridCells {
  /// The pipeline's text.
  static let text = """
    {
      "assay": 1,
      "name": "grid",
      "description": "Experiment D of Doe et al. 2024, table 10: five classes. A second sentence.",
      "axes": { "backbone": ["vgg16", "cnn", "resnet50"], "policy": ["mixup", "augmix"], "seed": [1, 2] },
      "stages": {
        "model": { "uses": "fine-tune" }, "scores": { "uses": "evaluate", "needs": "model" },
        "table": { "uses": "compare", "needs": "scores", "gather": ["backbone", "policy", "seed"] }
      }
    }
    """

  /// Accuracies of two seeds by backbone and policy; `nil` where the model failed.
  private static let accuracies: [(backbone: String, policy: String, seeds: [Double?])] = [
    ("vgg16", "mixup", [0.95, 0.97]), ("vgg16", "augmix", [0.9, 0.9]),
    ("cnn", "mixup", [0.875, nil]), ("cnn", "augmix", [nil, nil]),
    ("resnet50", "mixup", [0.5, 0.75]),
  ]

  /// All cells, each after those it needs; the last backbone lacks a policy.
  static var all: [SampleStore.CellPlan] {
    var cells: [SampleStore.CellPlan] = []
    for (backbone, policy, seeds) in accuracies {
      for (index, accuracy) in seeds.enumerated() {
        let place = "@backbone=\(backbone),policy=\(policy),seed=\(index + 1)"
        var model = SampleStore.CellPlan("model" + place, "fine-tune")
        model.status = accuracy == nil ? .failed : .executed
        model.outputs = [.init("model", .model, text: ["model.json": place])]
        var scores = SampleStore.CellPlan("scores" + place, "evaluate")
        scores.inputs = [("model", "model" + place, "model")]
        scores.status = accuracy == nil ? .skipped : .executed
        scores.outputs = [.init("metrics", .metrics, text: ["metrics.json": "{}"])]
        if let accuracy {
          scores.metrics = [
            StageMetric("test/samples", 40), StageMetric("test/accuracy", accuracy),
            StageMetric("test/loss", 1 - accuracy),
          ]
        }
        if backbone != "resnet50" {
          scores.references = [
            ("test/accuracy", policy == "mixup" ? 0.979 : 0.9656, "Doe 2024, table 10")
          ]
        }
        cells += [model, scores]
      }
    }
    return cells + [table]
  }

  /// A stage that compared the cells.
  static var table: SampleStore.CellPlan {
    var table = SampleStore.CellPlan("table", "compare")
    table.outputs = [
      .init(
        "metrics", .metrics,
        text: [
          "comparison.csv": "backbone,test/loss\nvgg16,0.05\n",
          "summary.csv":
            "backbone,n,mean/test/loss,sd/test/loss,low/test/loss,high/test/loss\ncnn,2,0.25,0.1,0.1,0.4\n",
          "paired.csv":
            "backbone,baseline,metric,n,difference,sd,low,high,p\nvgg16,backbone=cnn,test/loss,2,-0.125,0.1,-1,0.75,0.3\n",
        ])
    ]
    return table
  }
}

extension SampleStore {
  /// The run of some cells, named like the grid.
  func grid(
    _ cells: [CellPlan] = GridCells.all, id: String = "20261121-231501-ab12cd",
    end: RunStatus? = .failed
  ) throws -> RunSummary {
    try record(cells, id: id, pipeline: "grid", text: GridCells.text, end: end)
  }
}
