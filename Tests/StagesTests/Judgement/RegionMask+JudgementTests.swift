import Testing

@testable import Stages

@Suite struct RegionMaskJudgementTests {
  @Test("scores agree with quantus to 1e-6")
  func agreesWithQuantus() throws {
    let reference = try JudgementReference.load()
    let regions = try #require(RegionMask(codes: reference.regions.codes))
    let scores = regions.scores(
      of: reference.saliency(reference.map), reference.order, top: reference.top)
    let values = Dictionary(uniqueKeysWithValues: scores.map { ($0.measure, $0.value) })
    let expected = reference.regions
    for (measure, value) in [
      (Measure.pixelAUROC, expected.pixelAUROC), (.energyInside, expected.energyInside),
      (.pointingGame, expected.pointingGame), (.nucleusShare, expected.nucleusShare),
      (.cytoplasmShare, expected.cytoplasmShare),
      (.cellShare, expected.nucleusShare + expected.cytoplasmShare),
      (.backgroundShare, 1 - expected.nucleusShare - expected.cytoplasmShare),
    ] {
      #expect(isNear(try #require(values[measure]), value, 1e-6), "\(measure)")
    }
    #expect(values.count == 7)
  }

  @Test("masks of nuclei only have no cytoplasm, and empty ones nothing to find")
  func partialMasks() {
    let map = Saliency(width: 2, height: 1, values: [1, 0.5])
    let order = RelevanceOrder(map, ties: [0, 1])
    let nuclei = RegionMask(nucleus: [true, false])
    #expect(
      nuclei.scores(of: map, order, top: 0.5).map(\.measure)
        == [.pixelAUROC, .energyInside, .pointingGame, .nucleusShare])
    let empty = RegionMask(nucleus: [false, false])
    #expect(empty.scores(of: map, order, top: 0.5).isEmpty && !empty.isUsable)
    #expect(RegionMask(codes: [0, 3]) == nil)
    #expect(RegionMask(codes: [1, 2])?.cytoplasm == [true, false])
  }
}
