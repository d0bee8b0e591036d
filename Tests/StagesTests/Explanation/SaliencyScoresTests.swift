import Testing

@testable import Stages

@Suite struct SaliencyScoresTests {
  @Test func agreesWithScikitLearn() throws {
    let cases = try ExplanationReference.load().scores
    #expect(cases.count == 2)
    for reference in cases {
      let saliency = Saliency(width: 14, height: 10, values: reference.saliency)
      let scores = try #require(SaliencyScores(saliency, mask: reference.mask))
      #expect(isNear(scores.pixelAUROC, reference.auroc))
      #expect(isNear(scores.energyInside, reference.energy, 1e-6))
      #expect(isNear(scores.maskShare, 30.0 / 140))
    }
  }

  @Test func pointingGameLooksAtTheMostSalientPixel() throws {
    let saliency = Saliency(width: 4, height: 1, values: [1, 1, 0.5, 0])
    #expect(
      SaliencyScores(saliency, mask: [true, false, false, false])?.pointingGame == 0.5,
      "one of two equal ones")
    #expect(SaliencyScores(saliency, mask: [false, false, true, true])?.pointingGame == 0)
  }

  @Test func flatMapScoresAtChanceLevel() throws {
    let scores = try #require(
      SaliencyScores(
        Saliency(width: 4, height: 1, values: [0, 0, 0, 0]), mask: [true, false, false, false]))
    #expect(scores.values == [0.5, 0.25, 0.25, 0.25])
  }

  @Test func emptyAndFullMasksHaveNoScores() {
    let saliency = Saliency(width: 2, height: 1, values: [1, 0])
    #expect(SaliencyScores(saliency, mask: [false, false]) == nil)
    #expect(SaliencyScores(saliency, mask: [true, true]) == nil)
  }

  @Test("the rest of the saliency is in cytoplasm and background")
  func scoresOfAllRegions() throws {
    let saliency = Saliency(width: 2, height: 2, values: [4, 2, 2, 0])
    let regions = RegionMask(
      nucleus: [true, false, false, false], cytoplasm: [false, true, false, false])
    let found = try #require(SaliencyScores(saliency, regions))
    #expect(found.values == [1, 0.5, 1, 0.25, 0.25, 0.25, 0.25])
    #expect(SaliencyScores.names(withCytoplasm: true).count == found.values.count)
    let alone = try #require(SaliencyScores(saliency, RegionMask(nucleus: regions.nucleus)))
    #expect(alone.values == [1, 0.5, 1, 0.25])
    #expect(SaliencyScores.names(withCytoplasm: false).count == alone.values.count)
    // A flat map is at chance level in every region.
    let flat = Saliency(width: 2, height: 2, values: [0, 0, 0, 0])
    #expect(
      try #require(SaliencyScores(flat, regions)).values == [
        0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.25,
      ])
  }
}
