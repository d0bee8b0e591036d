import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct CounterfactualTests {
  /// Four pixels, each a super-pixel.
  private let parts = SuperPixels(
    Image(width: 4, height: 1, filledWith: 10), segments: [0, 1, 2, 3], hiding: .mean)

  /// The second class gains with the brightness of pixels 1 (much) and 3 (less).
  private func classify(_ images: [Image]) -> [[Float]] {
    images.map { image in
      let second =
        0.1 + (image.pixels[3] > 100 ? 0.35 : 0) + (image.pixels[9] > 100 ? 0.2 : 0)
      return [1 - Float(second), Float(second)]
    }
  }

  @Test("the strongest super-pixels are replaced first, until the class changes")
  func replacesTheStrongestFirst() {
    var predictions = 0
    let other = Image(width: 4, height: 1, filledWith: 200)
    let found = Counterfactual().compose(parts, with: other, from: 0, to: 1) { images in
      predictions += images.count
      return classify(images)
    }
    #expect(found.order == [1, 3] && found.isFlipped)
    #expect(isNear(found.gains, [0.7, 0.4], 1e-6))
    #expect(
      found.image.pixels == [10, 10, 10, 200, 200, 200, 10, 10, 10, 200, 200, 200])
    // The image itself, four, and the three that are left.
    #expect(predictions == 8)
  }

  @Test("an image that no replacement changes ends as the other one")
  func endsAsTheOtherImage() {
    let other = Image(width: 4, height: 1, filledWith: 50)
    let found = Counterfactual().compose(parts, with: other, from: 0, to: 1, classify: classify)
    #expect(!found.isFlipped && found.order == [0, 1, 2, 3])
    #expect(found.image == other)
    #expect(isNear(found.gains, [0, 0, 0, 0], 1e-6))
  }

  @Test("a stage warns of images whose class cannot be changed")
  func warnsOfUnchangedImages() throws {
    let scene = try ExplanationScene()
    // The first class always wins.
    let model = ExplainedModel(
      classes: ["ALL", "AML"],
      probabilities: { images in
        images.map { [0.9 - Float($0.pixels[0]) / 10_000, 0.1 + Float($0.pixels[0]) / 10_000] }
      },
      gradCAMs: ExplanationScene.model.gradCAMs, gradients: nil)
    let outcome = try scene.explain(
      ["methods": ["counterfactual"], "segments": 4, "per-class": 1], model, train: [0, 3])
    #expect(outcome.metrics["counterfactual/changed"] == 0)
    #expect(outcome.metrics["counterfactual/replaced-share"] == nil)
    #expect(
      outcome.events.warnings == [
        "counterfactual does not change the class of 2 of 2 images, even with every super-pixel "
          + "replaced: the model predicts another class for the image that replaces them"
      ])
  }

  @Test("the square of the other class changes the scene's class")
  func changesTheClassOfTheScene() throws {
    let scene = try ExplanationScene()
    let outcome = try scene.explain(
      ["methods": ["counterfactual"], "segments": 16, "ids": ["000", "222"]], train: [0, 3])
    #expect(outcome.metrics["counterfactual/changed"] == 1)
    let share = try #require(outcome.metrics["counterfactual/replaced-share"])
    #expect(share > 0 && share < 0.6, "\(share)")
    let changes = try outcome.table("explanations", "counterfactual.csv")
    #expect(
      changes.rows.map { $0.prefix(5).joined(separator: " ") } == [
        "000 ALL AML 333 true", "222 AML ALL 000 true",
      ])
    let index = try outcome.table("explanations", ExplanationsFormat.file)
    let files = outcome["explanations"].files.keys
    for row in index.rows {
      let written = row[6].split(separator: " ").map(String.init)
      #expect(written.count == 5 && written.allSatisfy { files.contains($0) })
    }
    // The composed image is predicted as the other class.
    let composed = try PNGCodec.decode(
      outcome["explanations"].bytes("counterfactual/ALL/000-composed.png"))
    let row = try ExplanationScene.model.probabilities([composed])[0]
    #expect(row[1] > row[0])
  }

  @Test("without training images the method is an error")
  func trainingImagesAreRequired() throws {
    let scene = try ExplanationScene()
    let failure = #expect(throws: StageError.self) {
      try scene.explain(["methods": ["counterfactual"]])
    }
    #expect(failure?.reason.hasPrefix("counterfactual needs training images") == true)
    let one = #expect(throws: StageError.self) {
      try scene.explain(["methods": ["counterfactual"]], train: [0, 1])
    }
    #expect(
      one?.reason
        == "counterfactual finds no training image of a class other than 'ALL'")
  }
}
