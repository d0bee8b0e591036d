import PipelineDSL
import Testing

@testable import Stages

@Suite struct ExplainWorkTests {
  private func units(
    _ methods: [Explain.Method], change: (inout Explain.Parameters) -> Void = { _ in }
  ) throws -> Double {
    var load = StageLoad()
    (load.samples, load.trainShare) = (1000, 0.8)
    load.model = StageLoad.Model("cnn", cost: 1)
    var parameters = Explain.Parameters()
    (parameters.methods, parameters.ids) = (methods, ["a", "b"])
    change(&parameters)
    return try #require(Explain(parameters).work(load)).units
  }

  @Test("each method costs its number of predictions per image, after one of the test set")
  func methodsCostTheirPredictions() throws {
    // The test set has 100 of the samples.
    #expect(abs(try units([.gradCAM]) - (100 + 2 * 3)) < 1e-9)
    #expect(abs(try units([.lime]) - (100 + 2 * 1000)) < 1e-9)
    #expect(abs(try units([.integratedGradients]) - (100 + 2 * 150)) < 1e-9)
    #expect(abs(try units([.occlusion]) - (100 + 2 * 49)) < 1e-9)
    #expect(abs(try units([.gradCAM, .lime]) - (100 + 2 * 1003)) < 1e-9)
    #expect(abs(try units([.kernelSHAP]) - (100 + 2 * 1002)) < 1e-9)
    #expect(abs(try units([.smoothGrad]) - (100 + 2 * 75)) < 1e-9)
    // The training set has 800 samples, 200 per class at most.
    #expect(abs(try units([.counterfactual]) - (100 + 800 + 2 * 900)) < 1e-9)
  }

  @Test("masks add the images that are measured, up to the limit of each method")
  func masksAddMeasuredImages() throws {
    let masked = try units([.gradCAM, .lime]) {
      $0.masks = Location("masks")
      ($0.maskLimit, $0.limeLimit) = (40, 20)
    }
    #expect(abs(masked - (100 + 40 * 3 + 20 * 1000)) < 1e-9)
  }
}
