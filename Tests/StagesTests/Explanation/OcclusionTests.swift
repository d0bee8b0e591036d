import Imaging
import Testing

@testable import Stages

@Suite struct OcclusionTests {
  @Test(arguments: Hiding.allCases) func agreesWithPyTorch(_ hiding: Hiding) throws {
    let reference = try AttributionReference.load()
    let expected = try #require(reference.occlusion[hiding.rawValue])
    let harness = try StageHarness()
    let model = try TrainedModel.load(try reference.model(harness), threads: 2)
    let occlusion = Occlusion(window: 0.3, stride: 0.22, hiding: hiding)
    #expect(occlusion.spans(of: 16).map { [$0.lowerBound, $0.upperBound] } == expected.spans)
    let losses = try occlusion.losses(
      of: reference.picture, class: reference.label, classify: model.probabilities)
    #expect((losses.columns, losses.rows) == (5, 5))
    #expect(isNear(losses.values.map(Double.init), expected.losses, 1e-5))
    let large = Saliency.enlarged(losses.values, width: 5, height: 5, toWidth: 16, toHeight: 16)
    #expect(isNear(large.map(Double.init), expected.large, 1e-5))
  }

  @Test(arguments: [(0.25, 0.125), (0.01, 0.01), (1, 1), (0.5, 0.3)])
  func windowsCoverTheImage(_ window: Double, _ stride: Double) {
    for length in [1, 5, 16, 224] {
      let spans = Occlusion(window: window, stride: stride).spans(of: length)
      #expect(Set(spans.flatMap { $0 }) == Set(0..<length), "\(length)")
      #expect(spans.allSatisfy { !$0.isEmpty })
    }
  }

  @Test func lossIsLargestAtTheSquare() throws {
    let image = ExplanationScene.image(0)
    let losses = try Occlusion().losses(
      of: image, class: 0, classify: ExplanationScene.model.probabilities)
    #expect((losses.columns, losses.rows) == (8, 8))
    // The square covers columns 3 to 6 and rows 4 to 7; far from it nothing is lost.
    let best = losses.values.indices.max { losses.values[$0] < losses.values[$1] } ?? 0
    #expect([1, 2, 3].contains(best % 8) && [2, 3].contains(best / 8))
    #expect(losses.values[8 * 7 + 7] == 0)
  }
}
