import PipelineDSL
import Store
import TestSupport
import Testing

/// A grid of seven networks and four augmentations, as in paper A: what its cells share.
@Suite struct GridTests {
  private static let backbones = [
    "cnn", "mobilenet-v2", "densenet121", "vgg16", "resnet50", "xception", "inception-v3",
  ]
  private static let policies = ["mixup", "augmix", "cutmix", "randaugment"]
  private static let pipeline = """
    {
      "assay": 1,
      "name": "grid",
      "axes": {
        "backbone": [\(backbones.map { "\"\($0)\"" }.joined(separator: ", "))],
        "augmentation": [\(policies.map { "\"\($0)\"" }.joined(separator: ", "))]
      },
      "stages": {
        "source": { "uses": "ingest/image-folder", "with": { "root": "images" } },
        "labels": {
          "uses": "harmonise-labels", "needs": "source",
          "with": {
            "scheme": "custom", "mapping": { "red": "red", "green": "green", "violet": "violet" }
          }
        },
        "cells": {
          "uses": "crop-normalise", "needs": "labels",
          "with": { "size": 32, "denoise": "none", "mask": "none" }
        },
        "split": {
          "uses": "split", "needs": "cells", "with": { "fractions": [0.6, 0.2, 0.2] }
        },
        "views": {
          "uses": "augment", "needs": "split",
          "with": { "policy": "${augmentation}", "views": 2, "augmix-form": "plain" }
        },
        "model": {
          "uses": "fine-tune", "needs": ["cells", "split", "views"],
          "with": { "backbone": "${backbone}", "epochs": 1, "batch": 8 }
        },
        "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"] }
      }
    }
    """
  private static let shared: Set = ["source", "labels", "cells", "split"]

  private func project() throws -> Project {
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 6)
    return project
  }

  /// The cells that one network needs of its own for an augmentation.
  private func cells(_ backbone: String, _ policy: String) -> Set<String> {
    Set(["model", "scores"].map { "\($0)@backbone=\(backbone),augmentation=\(policy)" })
  }

  @Test("the plan has one cell for what no axis changes")
  func planRepeatsNothing() throws {
    let cells = try project().plan().keys
    func count(_ stage: String) -> Int {
      cells.count { $0.split(separator: "@").first.map(String.init) == stage }
    }
    for stage in Self.shared { #expect(count(stage) == 1) }
    #expect(count("views") == 4)
    #expect(count("model") == 7 * 4 && count("scores") == 7 * 4)
    #expect(cells.count == 4 + 4 + 2 * 28)
  }

  @Test("a run crops each image once, and one more augmentation or network runs its own cells")
  func onlyNewCellsRun() throws {
    let project = try project()
    let views = Set(Self.policies.map { "views@augmentation=\($0)" })
    let first = Self.policies.reduce(into: Self.shared.union(views)) {
      $0.formUnion(cells("cnn", $1))
    }
    func scores(_ policies: [String]) -> [String] {
      policies.map { "scores@backbone=cnn,augmentation=\($0)" }
    }
    #expect(try project.executed(scores(Self.policies)) == first)
    let crops = try project.text(of: "crops.csv", in: "cells", port: "images")
    let ids = try CSVTable(parsing: Array(crops.utf8)).rows.map { $0[0] }
    #expect(ids.count == 18 && Set(ids).count == 18)

    try project.edit(#""randaugment"]"#, to: #""randaugment", "plain"]"#)
    let plan = try project.plan()
    #expect(plan.count == 4 + 5 + 2 * 35)
    let hits = Set(plan.filter { $0.value.state == "hit" }.keys)
    #expect(hits == first)
    #expect(
      try project.executed(scores(Self.policies + ["plain"]))
        == cells("cnn", "plain").union(["views@augmentation=plain"]))

    // Another network shares the images, the split and the views.
    let cell = "scores@backbone=mobilenet-v2,augmentation=plain"
    #expect(try project.executed(cell) == cells("mobilenet-v2", "plain"))
    #expect(try project.executed(scores(Self.policies + ["plain"])).isEmpty)
  }
}
