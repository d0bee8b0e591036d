import PipelineDSL
import Testing

@testable import Stages

/// Runs of the whole kind on a network, whose layers can be drawn anew.
@Suite struct JudgedNetworkTests {
  private let scene: JudgementScene
  private let inputs: [String: [InputArtifact]]

  init() throws {
    scene = try JudgementScene()
    let model = try AttributionReference.load().model(scene.harness)
    inputs = [
      "model": [model], "images": [try ExplanationScene.artifact(scene.harness)],
      "split": [try scene.split()], "masks": [try scene.masks(of: [0, 1, 2, 3])],
      "reseeded": [model, model], "randomised": [model],
    ]
  }

  private func judge(threads: Int, seed: UInt64 = 17) throws -> StageOutcome {
    try scene.harness.run(
      JudgeExplanations.name,
      [
        "methods": ["grad-cam", "integrated-gradients"], "steps": 2, "per-class": 1,
        "removal-steps": 3, "perturbations": 4, "sensitivity-draws": 1, "reseeded": true,
        "randomised": true,
      ], inputs: inputs, seed: seed, threads: threads)
  }

  @Test("every group of measures works, and bytes are the same for one to three threads")
  func threads() throws {
    let first = try judge(threads: 1)
    for threads in 2...3 {
      #expect(try judge(threads: threads).digests == first.digests, "\(threads)")
    }
    #expect(try judge(threads: 1, seed: 18).digests != first.digests)
    let metrics = first.metrics
    // The same model as itself.
    for name in ["reseeded-spearman", "labels-spearman", "reseeded-iou", "labels-iou"] {
      #expect(isNear(metrics["integrated-gradients/\(name)"] ?? 0, 1, 1e-9), "\(name)")
    }
    for name in ["layers-spearman", "layers-iou", "layers-ssim", "max-sensitivity"] {
      #expect(metrics["integrated-gradients/\(name)"] != nil, "\(name)")
    }
    #expect((metrics["integrated-gradients/layers-spearman"] ?? 1) < 0.9)
    let layers = try first.table("metrics", "curves.csv").rows.filter {
      $0[0] == "integrated-gradients" && $0[1] == "layers-spearman"
    }
    #expect(layers.count >= 3)
    #expect(layers.map { $0[2] } == layers.indices.map(String.init))
  }

  @Test(.enabled(if: PinnedBits.hasNetworks, PinnedBits.networks))
  func bytesArePinned() throws {
    let digests = try judge(threads: 2).digests
    #expect(digests == ["metrics": "59fcb2a379e2"])
    #expect(JudgeExplanations.revision == 1)
  }

  @Test(
    "the numbers of the further methods are pinned",
    .enabled(if: PinnedBits.hasNetworks, PinnedBits.networks))
  func explanationsArePinned() throws {
    let chosen = inputs.filter { !["reseeded", "randomised"].contains($0.key) }
    let outcome = try scene.harness.run(
      Explain.name,
      [
        "methods": ["grad-cam++", "score-cam", "kernel-shap", "smooth-grad"],
        "samples": 40, "segments": 6, "copies": 2, "per-class": 1,
      ], inputs: chosen)
    #expect(outcome.digests["metrics"] == "a885fcdf8647")
    #expect(Explain.revision == 6)
  }
}
