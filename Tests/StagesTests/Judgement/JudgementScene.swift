import Imaging
import Neural
@testable import PipelineDSL

@testable import Stages

/// The scene of `ExplanationScene`, whose explanations are judged.
struct JudgementScene {
  let scene: ExplanationScene
  var harness: StageHarness { scene.harness }

  init() throws { scene = try ExplanationScene() }

  /// Judges the scene's model, or another one, on all images.
  func judge(
    _ with: JSONObject = [:], _ model: ExplainedModel = ExplanationScene.model,
    masks: InputArtifact? = nil, folder: String? = nil, threads: Int = 1, seed: UInt64 = 17,
    change: (inout JudgedModels) -> Void = { _ in }
  ) throws -> StageOutcome {
    var given = with
    if given["methods"] == nil { given["methods"] = ["grad-cam", "occlusion"] }
    var models = JudgedModels(model)
    change(&models)
    return try harness.run(
      "judge-explanations", given, inputs: masks.map { ["masks": [$0]] } ?? [:],
      locations: folder.map { ["masks": $0] } ?? [:], seed: seed, threads: threads
    ) { values, context in
      guard case .success(let parameters) = JudgeExplanations.Parameters.read(values) else {
        throw StageError("parameters")
      }
      try JudgeExplanations(parameters).judge(
        models, scene.images, test: Array(scene.images.samples.indices),
        masks: context.masks(for: scene.images), context)
    }
  }

  /// Masks of some images with three regions: the square is the nucleus, in a frame of cytoplasm.
  func masks(
    of indices: [Int], size: Int = ExplanationScene.size, extra: UInt8? = nil,
    name: String = "masks"
  ) throws -> InputArtifact {
    var codes: [UInt8] = []
    for index in indices {
      let square = ExplanationScene.square(index)
      for y in 0..<size {
        for x in 0..<size {
          let isNucleus = (4..<8).contains(y) && square.contains(x)
          let isCell =
            (3..<9).contains(y) && (square.lowerBound - 1..<square.upperBound + 1).contains(x)
          codes.append(isNucleus ? 2 : isCell ? 1 : 0)
        }
      }
    }
    if let extra, !codes.isEmpty { codes[0] = extra }
    let samples = CSVTable(
      columns: SamplesFormat.columns,
      rows: indices.map {
        [
          ExplanationScene.ids[$0], "s", ExplanationScene.labels[$0], ExplanationScene.labels[$0],
          "",
        ]
      })
    return try harness.artifact(
      name,
      [
        (SegmentedMasks.file, NPYArray(uint8: codes, shape: [indices.count, size, size]).encoded),
        (SamplesFormat.file, samples.bytes),
      ])
  }

  /// A split with all images in the test set.
  func split() throws -> InputArtifact {
    let table = CSVTable(
      columns: SplitFormat.columns,
      rows: zip(ExplanationScene.ids, ExplanationScene.labels).map { [$0, "test", $1, ""] })
    return try harness.artifact("split", [(SplitFormat.file, table.bytes)])
  }
}
