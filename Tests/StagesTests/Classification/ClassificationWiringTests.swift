import PipelineDSL
import Testing

@testable import Stages

/// How `needs` connects classifiers and ensembles, by type alone.
@Suite struct ClassificationWiringTests {
  private func resolve(_ stages: String) throws -> Pipeline {
    let text = #"{"assay": 1, "name": "t", "axes": {"seeds": [1, 2]}, "stages": {\#(stages)}}"#
    return try PipelineResolver.resolve(
      bytes: Array(text.utf8), file: "t.json", catalogue: StageCatalogue.all)
  }

  private let base = #"""
    "data": {"uses": "ingest/image-folder", "with": {"root": "data"}},
    "cells": {"uses": "crop-normalise", "needs": "data"},
    "split": {"uses": "split", "needs": "cells"},
    "model": {"uses": "fine-tune", "needs": ["cells", "split"], "seed": "${seeds}"},
    "scores": {"uses": "evaluate", "needs": ["model", "cells", "split"]}
    """#

  private func inputs(_ stage: String, _ stages: String) throws -> [String] {
    let pipeline = try resolve(base + "," + stages)
    let cell = try #require(pipeline.cells.first { $0.stage == stage })
    return cell.inputs.map { input in
      "\(input.port)=\(pipeline.cells[input.cell].name).\(input.output)"
    }
  }

  @Test func ensemblesGatherModelsAndPredictions() throws {
    let ensemble =
      #""both": {"uses": "ensemble", "needs": ["scores", "model"], "gather": ["seeds"]}"#
    #expect(
      try inputs("both", ensemble) == [
        "predictions=scores@seeds=1.predictions", "predictions=scores@seeds=2.predictions",
        "model=model@seeds=1.model", "model=model@seeds=2.model",
      ])
    #expect(
      try inputs(
        "result",
        ensemble + #", "result": {"uses": "evaluate", "needs": ["both", "cells", "split"]}"#) == [
          "model=both.model", "predictions=both.predictions", "images=cells.images",
          "split=split.split",
        ])
    #expect(
      try inputs(
        "result", ensemble + #", "result": {"uses": "evaluate", "needs": ["both", "split"]}"#) == [
          "model=both.model", "predictions=both.predictions", "split=split.split",
        ])
  }

  /// Ports that are not connected are not in keys, so the keys of models and images stay.
  @Test func evaluationOfAModelConnectsNothingElse() throws {
    let pipeline = try resolve(base)
    let cell = try #require(pipeline.cells.first { $0.stage == "scores" })
    #expect(Set(cell.inputs.map(\.port)) == ["model", "images", "split"])
    #expect(Evaluate.revision == 4)
    #expect(Evaluate.ports.outputs.map(\.name) == ["metrics", "predictions"])
  }
}
