import Foundation
import PipelineDSL
import Store

/// The cells of a five-class experiment, with artifacts in the formats that stages write.
struct SampleCells {
  /// The classes.
  static let classes = ["ALL", "AML", "CLL", "CML", "Healthy"]
  /// The pipeline's text.
  static let text = """
    {
      "assay": 1,
      "name": "five-class",
      "description": "Leukaemia subtypes from single cells.",
      "parameters": { "seed": 17, "size": 224 },
      "axes": { "backbone": ["cnn", "mobilenet-v2"] },
      "stages": {
        "c-nmc": { "uses": "ingest/c-nmc" }, "pbc": { "uses": "ingest/pbc" },
        "labels": { "uses": "harmonise-labels", "needs": ["c-nmc", "pbc"] },
        "cells": { "uses": "crop-normalise", "needs": "labels" },
        "split": { "uses": "split", "needs": "cells" },
        "augment": { "uses": "augment", "needs": ["split", "cells"] },
        "model": { "uses": "fine-tune", "needs": ["cells", "split", "augment"] },
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] },
        "look": { "uses": "explain", "needs": ["model", "cells", "split"] },
        "table": { "uses": "compare", "needs": "scores", "gather": ["backbone"] }
      }
    }
    """

  /// Shifts the scores of the first backbone, and everything that depends on its model.
  var shift = 0.0
  /// The learning rate of the models.
  var rate = 0.001
  /// The factor for each count of samples.
  var scale = 1

  /// The edge length of images, in pixels.
  var edge = 12

  /// All cells, each after those it needs.
  var all: [SampleStore.CellPlan] {
    data + ["cnn", "mobilenet-v2"].enumerated().flatMap { training($1, $0) } + [table]
  }

  private func samples(_ counts: [(label: String, source: String, count: Int)]) -> String {
    var lines = "id,source,native_label,label,group\n"
    for (label, source, count) in counts {
      for index in 0..<count * scale {
        lines += "\(label)-\(source)-\(index),\(source),native,\(label),p\(index % 9)\n"
      }
    }
    return lines
  }

  private static let fromCNMC = [("ALL", "c-nmc", 72), ("Healthy", "c-nmc", 34)]
  private static let fromPBC = [
    ("AML", "pbc", 41), ("CLL", "pbc", 18), ("CML", "pbc", 23), ("Healthy", "pbc", 12),
  ]

  private var data: [SampleStore.CellPlan] {
    var cnmc = SampleStore.CellPlan("c-nmc", "ingest/c-nmc")
    (cnmc.status, cnmc.reason) = (.hit, "its result is in the store")
    cnmc.outputs = [
      .init("samples", .samples, text: ["samples.csv": samples(Self.fromCNMC)]),
      .init("rejected", .files, text: ["rejected.csv": "path,reason\n"]),
    ]
    var pbc = SampleStore.CellPlan("pbc", "ingest/pbc")
    (pbc.seconds, pbc.parameters) = (3.2, ["root": "data/PBC"])
    pbc.outputs = [
      .init("samples", .samples, text: ["samples.csv": samples(Self.fromPBC)]),
      .init(
        "rejected", .files,
        text: [
          "rejected.csv":
            "path,reason\na/BA_1.jpg,premature end of JPEG file\na/BA_2.jpg,premature end of JPEG file\nb/x.jpg,is not an image\n"
        ]),
    ]
    pbc.warnings = ["2 files are cut short: a/BA_1.jpg, a/BA_2.jpg"]
    var labels = SampleStore.CellPlan("labels", "harmonise-labels")
    labels.seconds = 0.4
    labels.inputs = [("samples", "c-nmc", "samples"), ("samples", "pbc", "samples")]
    labels.outputs = [
      .init("samples", .samples, text: ["samples.csv": samples(Self.fromCNMC + Self.fromPBC)]),
      .init(
        "dropped", .files,
        text: ["dropped.csv": "id,source,native_label,reason\nabc,pbc,platelet,no such class\n"]),
    ]
    var cells = SampleStore.CellPlan("cells", "crop-normalise")
    (cells.seconds, cells.memory) = (48.3, 310 << 20)
    cells.inputs = [("samples", "labels", "samples")]
    cells.outputs = [
      .init(
        "images", .images,
        text: [
          "samples.csv": samples(Self.fromCNMC + Self.fromPBC), "pixels.npy": "pixels",
          "crops.csv": "id\n",
        ])
    ]
    return [cnmc, pbc, labels, cells, split, augment]
  }

  private var split: SampleStore.CellPlan {
    var split = SampleStore.CellPlan("split", "split")
    split.seconds = 0.2
    split.inputs = [("images", "cells", "images")]
    var lines = "id,part,label,group\n"
    for (label, source, count) in Self.fromCNMC + Self.fromPBC {
      for index in 0..<count * scale {
        let part = index % 10 == 8 ? "validation" : index % 10 == 9 ? "test" : "train"
        lines += "\(label)-\(source)-\(index),\(part),\(label),p\n"
      }
    }
    split.outputs = [.init("split", .split, text: ["split.csv": lines])]
    return split
  }

  private var augment: SampleStore.CellPlan {
    var augment = SampleStore.CellPlan("augment", "augment")
    augment.seconds = 2.1
    augment.inputs = [("split", "split", "split"), ("images", "cells", "images")]
    augment.outputs = [
      .init("views", .views, text: ["views.csv": "id,view\n", "views.json": "{}\n"]),
      .init("sheet", .files, ["sheet.png": TinyPNG.cell(3, edge: edge)]),
    ]
    augment.metrics = [StageMetric("samples", 160), StageMetric("views", 4)]
    return augment
  }

  private func training(_ backbone: String, _ index: Int) -> [SampleStore.CellPlan] {
    let bias = index == 0 ? shift : 0.04
    let at = "@backbone=\(backbone)"
    var model = SampleStore.CellPlan("model" + at, "fine-tune")
    (model.seconds, model.memory) = (1_874.0 - Double(index) * 600, 1_900 << 20)
    model.parameters = ["backbone": .string(backbone), "learning-rate": .number(rate)]
    model.inputs = [
      ("images", "cells", "images"), ("split", "split", "split"), ("views", "augment", "views"),
    ]
    model.outputs = [
      .init(
        "model", .model, text: ["model.json": "{}", "model.safetensors": "\(backbone) \(bias)"])
    ]
    for epoch in 0..<20 {
      let (x, wave) = (Double(epoch), sin(Double(epoch) * 1.7) * 0.02)
      model.metrics += [
        StageMetric("train/loss", step: epoch, 0.15 + 1.4 * exp(-x / 4) + wave),
        StageMetric("validation/loss", step: epoch, 0.32 + 1.2 * exp(-x / 4) - wave - bias),
        StageMetric(
          "validation/macro-f1", step: epoch, 0.88 + bias - 0.5 * exp(-x / 5) + wave / 2),
      ]
    }
    model.metrics.append(StageMetric("best/epoch", 16))
    var scores = SampleStore.CellPlan("scores" + at, "evaluate")
    scores.seconds = 21
    scores.inputs = [
      ("model", "model" + at, "model"), ("images", "cells", "images"), ("split", "split", "split"),
    ]
    scores.outputs = [evaluation(bias)]
    for part in ["train", "validation", "test"] {
      for (name, value) in [
        ("samples", 20.0), ("accuracy", 0.89), ("macro-f1", 0.872), ("weighted-f1", 0.885),
        ("macro-sensitivity", 0.861), ("macro-specificity", 0.97), ("macro-auc", 0.955),
        ("loss", 0.34), ("f1/ALL", 0.94),
      ] {
        let moved = name == "samples" ? value : value + (name == "loss" ? -bias : bias / 2)
        scores.metrics.append(StageMetric("\(part)/\(name)", moved))
      }
    }
    scores.checks = [MetricCheck(metric: "test/macro-f1", relation: .atLeast, threshold: 0.88)]
    scores.references = [("test/accuracy", 0.9672, "Paper A, table 4")]
    scores.warnings = ["test has few samples of CLL"]
    return [model, scores, look(at, bias)]
  }

  private func evaluation(_ bias: Double) -> SampleStore.Output {
    var files: [String: String] = [:]
    let head = "true," + Self.classes.joined(separator: ",") + "\n"
    for (part, scale) in [("train", 8), ("validation", 1), ("test", 1)] {
      var lines = head
      for row in 0..<5 {
        let counts = (0..<5).map { column in
          row == column ? (14 - row * 2) * scale : (row * 3 + column * 5) % 7 == 1 ? scale : 0
        }
        lines += Self.classes[row] + "," + counts.map(String.init).joined(separator: ",") + "\n"
      }
      files["confusion_\(part).csv"] = lines
    }
    var table = "part,class,support,precision,sensitivity,specificity,f1,auc\n"
    for part in ["train", "validation", "test"] {
      for (index, name) in Self.classes.enumerated() {
        let score = 0.95 - Double(index) * 0.03 + bias / 2
        table += "\(part),\(name),\(15 - index * 2),\(score),\(score - 0.01),0.98,\(score),0.97\n"
      }
    }
    files["classes.csv"] = table
    let value = 0.89 + bias / 2
    files["intervals.csv"] = """
      part,scope,metric,value,low,high,method,samples,groups,confidence
      train,overall,accuracy,0.99,0.98,1,wilson,160,,0.95
      test,overall,accuracy,\(value),\(value - 0.125),\(value + 0.0625),wilson,20,,0.95
      test,overall,accuracy,\(value),0.1,0.2,clopper-pearson,20,,0.95
      test,overall,macro-f1,0.872,0.75,0.9375,bca,20,9,0.95
      test,overall,macro-auc,1,,,bca,20,9,0.95
      test,class:ALL,sensitivity,0.94,0.5,1,wilson,15,,0.95

      """
    files["calibration_test.csv"] = """
      binning,low,high,samples,confidence,accuracy,accuracy-low,accuracy-high
      equal-width,0.6,0.8,8,0.75,0.5,0.2,0.8
      equal-width,0.8,1,12,0.875,1,0.7,1
      equal-mass,0.6,1,20,0.8,0.8,0.6,0.9

      """
    files["metrics.json"] = "{\n  \"test/accuracy\": \(0.89 + bias / 2)\n}\n"
    return .init("metrics", .metrics, text: files)
  }

  private func look(_ at: String, _ bias: Double) -> SampleStore.CellPlan {
    var look = SampleStore.CellPlan("look" + at, "explain")
    look.seconds = 64
    look.inputs = [
      ("model", "model" + at, "model"), ("images", "cells", "images"), ("split", "split", "split"),
    ]
    var files: [String: [UInt8]] = [:]
    var index = "id,method,label,predicted,probability,right,files,fit\n"
    for number in 0..<10 {
      let name = "overlays/\(number)-grad-cam.png"
      files[name] = TinyPNG.cell(number + Int(bias * 100), edge: edge, heat: true)
      let label = Self.classes[number / 2]
      let predicted = number == 7 ? "Healthy" : label
      index += "\(number),grad-cam,\(label),\(predicted),0.\(91 - number),x,\(name) a.npy,\n"
    }
    files["index.csv"] = Array(index.utf8)
    files["overview.png"] = TinyPNG.encode(width: edge * 5, height: edge) { x, y in
      let value = UInt8((x / edge * 31 + y) % 200)
      return (value, 120, 200 - value)
    }
    look.outputs = [.init("explanations", .explanations, files)]
    return look
  }

  private var table: SampleStore.CellPlan {
    var table = SampleStore.CellPlan("table", "compare")
    table.inputs = [
      ("metrics", "scores@backbone=cnn", "metrics"),
      ("metrics", "scores@backbone=mobilenet-v2", "metrics"),
    ]
    table.outputs = [
      .init(
        "metrics", .metrics,
        text: [
          "comparison.csv":
            "backbone,test/accuracy,test/loss\ncnn,\(0.89 + shift / 2),0.34\nmobilenet-v2,0.91,0.3\n",
          "metrics.json": "{}\n",
        ])
    ]
    table.metrics = [StageMetric("mean/test/accuracy", 0.9 + shift / 4)]
    return table
  }
}
