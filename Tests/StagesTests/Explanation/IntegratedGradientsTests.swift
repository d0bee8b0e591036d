import Foundation
import Imaging
import Testing

@testable import Stages

@Suite struct IntegratedGradientsTests {
  /// f = x0 * x1^2 + 3 x2: the integral is known, and two points are exact for degree 3.
  @Test func agreesWithAnAnalyticModel() throws {
    let input: [Float] = [2, 3, -1]
    let baseline: [Float] = [1, 0, 0.5]
    let found = IntegratedGradients(steps: 2).attributions(of: input, from: baseline) { inputs in
      var gradients: [Float] = []
      for at in stride(from: 0, to: inputs.count, by: 3) {
        gradients.append(inputs[at + 1] * inputs[at + 1])
        gradients.append(2 * inputs[at] * inputs[at + 1])
        gradients.append(3)
      }
      return gradients
    }
    // x0 = 1 + a, x1 = 3a: the means of 9a^2 and of 2(1 + a)3a are 3 and 5.
    #expect(isNear(found, [3, 15, -4.5], 1e-5))
    #expect(isNear(found.reduce(0, +), 13.5, 1e-5), "f(2, 3, -1) = 15, f(1, 0, 0.5) = 1.5")
  }

  @Test func stepsAreBatched() {
    var sizes: [Int] = []
    let found = IntegratedGradients(steps: 37).attributions(of: [1], from: [0]) { inputs in
      sizes.append(inputs.count)
      return inputs.map { exp($0) }
    }
    #expect(sizes == [16, 16, 5])
    #expect(isNear(found[0], M_E - 1, 1e-6))
  }

  @Test(arguments: [IntegratedGradients.Baseline.mean, .black, .white])
  func agreesWithPyTorch(_ baseline: IntegratedGradients.Baseline) throws {
    let reference = try AttributionReference.load()
    let expected = reference.line(baseline)
    let harness = try StageHarness()
    let model = try TrainedModel.load(try reference.model(harness), threads: 2)
    let image = reference.picture
    let (to, from) = (try model.input(image), try model.input(baseline.image(for: image)))
    let found = IntegratedGradients(steps: 20).attributions(of: to, from: from) {
      model.inputGradients($0, class: reference.label)
    }
    let map = (0..<256).map { found[3 * $0..<3 * $0 + 3].reduce(0, +) }
    #expect(isNear(map, expected.map, 1e-5))
    let ends = model.logits(to + from).map { Double($0[reference.label]) }
    #expect(isNear(ends, expected.ends, 1e-5))
    #expect((expected.map.map(abs).max() ?? 0) > 0.02, "there is something to compare")
  }

  @Test func meanImageIsRounded() throws {
    let reference = try AttributionReference.load()
    #expect(Array(reference.picture.evened.pixels.prefix(3)) == reference.evened)
    let image = Image(width: 2, height: 1, channels: 1, pixels: [1, 2])
    #expect(image.evened.pixels == [2, 2])
  }
}
