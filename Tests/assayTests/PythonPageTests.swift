import Foundation
import TestSupport
import Testing

/// Runs the code of docs/python.md on a trained model, with the Python that `ASSAY_PYTHON` names, or `python3`.
@Suite(.enabled(if: PagePython.isReady, "Python lacks torchvision, safetensors or pandas"))
struct PythonPageTests {
  private static let pipeline = """
    { "assay": 1, "name": "python", "parameters": { "seed": 17 }, "stages": {
      "images": { "uses": "ingest/image-folder", "with": { "root": "images" } },
      "cells": { "uses": "crop-normalise", "needs": "images", "with": { "size": 32, "mask": "none" } },
      "split": { "uses": "split", "needs": "cells", "with": { "fractions": [0.5, 0.25, 0.25] } },
      "model": { "uses": "fine-tune", "needs": ["cells", "split"],
                 "with": { "backbone": "mobilenet-v2", "epochs": 1, "batch": 8 } },
      "scores": { "uses": "evaluate", "needs": ["model", "cells", "split"], "with": { "resamples": 0 } }
    } }
    """

  @Test func codeReproducesThePredictions() throws {
    let page = try String(contentsOfFile: Repository.path("docs/python.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```python\n").dropFirst().map { block in
      block.components(separatedBy: "```")[0]
    }
    #expect(blocks.count == 4)
    let project = try Project(Self.pipeline)
    try TinyImages.write(to: project, perClass: 8, size: 32)
    try project.executed()
    for stage in ["cells", "model", "scores"] {
      #expect(page.contains("$ assay checkout latest \(stage) out/\(stage)\n"))
      let ending = try project.assay("checkout", "latest", stage, "out/\(stage)")
      try #require(ending.exit == 0, "\(ending.text)")
    }
    try project.write(blocks.joined(separator: "\n"), to: "page.py")
    let ending = try PagePython.run(["page.py"], in: project.folder)
    #expect(ending.exit == 0, "\(ending.text)")
    #expect(ending.output.contains("accuracy on 6 test images: "), "\(ending.text)")
    #expect(ending.output.contains("largest difference of a logit: "), "\(ending.text)")
  }
}

/// The Python that runs the code.
private enum PagePython {
  private static let program = ProcessInfo.processInfo.environment["ASSAY_PYTHON"] ?? "python3"

  /// Whether it has the packages of the page.
  static let isReady: Bool = {
    let ending = try? run(["-c", "import torchvision, safetensors, pandas"], in: "/")
    return ending?.exit == 0
  }()

  /// Runs it to its end.
  static func run(_ words: [String], in folder: String) throws -> SpawnedProgram.Ending {
    try SpawnedProgram([program] + words, in: folder, program: "/usr/bin/env").wait()
  }
}
