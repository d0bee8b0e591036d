import Imaging
import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct GradCAMPlusPlusTests {
  @Test func weightsAgreeWithThePaperAndThePackage() throws {
    let (network, expected) = (try AttributionReference.load(), try MethodReference.load())
    let harness = try StageHarness()
    let model = try TrainedModel.load(try network.model(harness), threads: 2)
    let maps = try model.layerMaps(network.picture, class: expected.label, at: nil)
    #expect(maps.count == 1)
    for (offset, wanted) in [
      (0.0, expected.plusPlus.paper), (1e-6, expected.plusPlus.package),
    ] {
      let found = GradCAMPlusPlus(offset: offset).weights(maps[0].maps).map { Double($0) }
      let largest = wanted.max() ?? 0
      #expect(largest > 0.01 && isNear(found, wanted, 1e-4 * largest), "\(offset)")
    }
  }

  /// With one position, alpha is g^2 / (2 g^2 + A g^3) = 1 / (2 + A g).
  @Test func weightsOfOnePosition() {
    let maps = LayerMaps(
      activations: [2, 1, 5], gradients: [0.5, -1, 0], width: 1, height: 1, channels: 3)
    let found = GradCAMPlusPlus(offset: 0).weights(maps)
    #expect(isNear(Double(found[0]), 0.5 / 3, 1e-7))
    #expect(found[1] == 0 && found[2] == 0, "only positive gradients count")
  }

  /// A negative activation may make the denominator 0.
  @Test func undefinedCoefficientsAreOne() {
    let maps = LayerMaps(
      activations: [-4], gradients: [0.5], width: 1, height: 1, channels: 1)
    #expect(GradCAMPlusPlus(offset: 0).weights(maps) == [0.5])
  }
}
