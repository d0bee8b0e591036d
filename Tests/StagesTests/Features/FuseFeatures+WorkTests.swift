import Neural
import PipelineDSL
import Testing

@testable import Stages

@Suite struct FuseFeaturesWorkTests {
  private func kind(_ hidden: [Int] = [], epochs: Int = 10) -> FuseFeatures {
    var parameters = FuseFeatures.Parameters()
    (parameters.hidden, parameters.training.epochs) = (hidden, epochs)
    return FuseFeatures(parameters)
  }

  /// Two sets of features of the same 100 samples.
  private func load() -> StageLoad {
    var load = StageLoad()
    (load.samples, load.joined, load.width, load.trainShare) = (200, 2, 30, 0.8)
    return load
  }

  @Test("a concatenation costs the values that it copies")
  func concatenationsAreCopied() {
    #expect(kind().work(StageLoad()) == nil)
    #expect(kind().work(load())?.units == 3000)
    let next = kind().handsOn(load())
    #expect(next.samples == 100 && next.width == 30)
  }

  @Test("layers cost three passes per epoch, and one for all samples in the end")
  func layersAreTrained() throws {
    let work = try #require(kind([20, 8]).work(load()))
    let layers: Double = 30 * 20 + 20 * 8 + 8 * 5
    let passes: Double = 10 * (3 * 80 + 10) + 100
    #expect(abs(work.units / (passes * layers / 1e9) - 1) < 1e-9)
    #expect(work.output == 800 && work.variant != kind().work(load())?.variant)
    #expect(kind([20, 8]).handsOn(load()).width == 8)
  }
}
