import Imaging
import PipelineDSL
import Testing

@testable import Stages

@Suite struct SmoothGradTests {
  @Test(arguments: [false, true]) func agreesWithCaptumOnTheSameNoise(_ squared: Bool) throws {
    let (network, expected) = (try AttributionReference.load(), try MethodReference.load())
    let harness = try StageHarness()
    let model = try TrainedModel.load(try network.model(harness), threads: 2)
    let input = try model.input(network.picture)
    let noise = AttributionReference.formula(expected.copies * input.count, salt: 77)
    var drawn = 0
    let method = SmoothGrad(copies: expected.copies, noise: expected.noise, squared: squared)
    let found = method.means(
      of: input,
      noise: {
        drawn += 1
        return Double(noise[drawn - 1])
      }, gradients: { model.inputGradients($0, class: expected.label) })
    let wanted = squared ? expected.smoothGrad.square : expected.smoothGrad.mean
    let largest = wanted.reduce(0) { max($0, abs($1)) }
    #expect(drawn == noise.count && largest > 0)
    #expect(isNear(found, wanted, 1e-4 * largest))
  }

  @Test func noiseIsAShareOfTheRange() {
    var inputs: [[Float]] = []
    let found = SmoothGrad(copies: 2, noise: 0.5).means(
      of: [1, 5], noise: { 1 },
      gradients: {
        inputs.append($0)
        return $0
      })
    #expect(inputs == [[3, 7, 3, 7]])
    #expect(found == [3, 7])
  }

  @Test func copiesAreBatched() {
    var sizes: [Int] = []
    _ = SmoothGrad(copies: 35).means(
      of: [1], noise: { 0 },
      gradients: {
        sizes.append($0.count)
        return $0
      })
    #expect(sizes == [16, 16, 3])
  }
}
