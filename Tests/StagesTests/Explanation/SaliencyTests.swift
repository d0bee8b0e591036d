import Testing

@testable import Stages

@Suite struct SaliencyTests {
  @Test func upsamplesAsPyTorchDoes() throws {
    let reference = try ExplanationReference.load().cam
    let saliency = Saliency.upsampled(
      reference.map, width: 4, height: 3, toWidth: 14, toHeight: 10)
    #expect(isNear(saliency.values.map(Double.init), reference.large.map(Double.init), 1e-6))
  }

  @Test func valuesAreBetweenZeroAndOne() {
    #expect(Saliency(width: 2, height: 1, values: [1, 4]).values == [0.25, 1])
    #expect(Saliency(width: 2, height: 1, values: [-1, 4]).values == [0, 1])
    #expect(Saliency(width: 2, height: 1, values: [-1, 0]).isFlat)
    #expect(Saliency(width: 2, height: 1, values: [-1, 0]).values == [0, 0])
  }
}
