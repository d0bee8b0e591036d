import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct ReferenceImagesTests {
  private let scene: ExplanationScene

  init() throws { scene = try ExplanationScene() }

  /// The id of the training image nearest to an image of the scene.
  private func nearest(
    to index: Int, predicted: Int, train: [Int], perClass: Int = 10,
    _ model: ExplainedModel = ExplanationScene.model
  ) throws -> String {
    var found = ""
    _ = try scene.harness.run("explain") { _, context in
      found = try ReferenceImages(
        scene.images, train: train, perClass: perClass, model, context
      ).nearest(to: ExplanationScene.image(index), predicted: predicted, model).id
    }
    return found
  }

  @Test("images that are predicted right come first")
  func rightImagesComeFirst() throws {
    // 5 is an ALL cell that looks like AML, as 2 does.
    #expect(try nearest(to: 2, predicted: 1, train: [1, 5]) == "111")
    #expect(try nearest(to: 2, predicted: 1, train: [5]) == "ffff:train/5")
  }

  @Test("of equally near images the first counts, of others the nearest by logits")
  func nearestByLogits() throws {
    #expect(try nearest(to: 0, predicted: 0, train: [4, 3, 2]) == "222")
    // Both pictures are predicted as ALL, with other logits, which a constant does not change.
    let model = ExplainedModel(
      classes: ["ALL", "AML"], probabilities: ExplanationScene.model.probabilities,
      gradCAMs: ExplanationScene.model.gradCAMs, gradients: nil,
      logits: { images in
        images.map { $0 == ExplanationScene.image(0) ? [3, 0] : [5, 4] }
      })
    #expect(try nearest(to: 2, predicted: 1, train: [0, 5], model) == "ffff:train/5")
    #expect(try nearest(to: 0, predicted: 1, train: [0, 5], model) == "000")
  }

  @Test("the number per class bounds the candidates, drawn by seed and id")
  func candidatesAreDrawn() throws {
    let one = try nearest(to: 0, predicted: 0, train: [2, 3, 4], perClass: 1)
    #expect(try nearest(to: 0, predicted: 0, train: [4, 3, 2], perClass: 1) == one)
  }
}
